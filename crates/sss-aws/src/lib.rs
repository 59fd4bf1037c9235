//! sss-aws
