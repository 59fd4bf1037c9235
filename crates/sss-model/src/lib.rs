//! sss-model
