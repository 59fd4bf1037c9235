//! sss-deploy
