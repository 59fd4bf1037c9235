//! sss-sandbox
