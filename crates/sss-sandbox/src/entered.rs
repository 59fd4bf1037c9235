//! The lock of one region of an account.

use std::{
    mem,
    ops::{Deref, DerefMut},
    sync::MutexGuard,
};

use crate::{account::Account, services::iam};

/// A locked region, with IAM's part of the account in its world. Other regions of the account wait.
pub(crate) struct Entered<'a> {
    account: MutexGuard<'a, Account>,
    iam: MutexGuard<'a, iam::State>,
}

impl<'a> Entered<'a> {
    pub(crate) fn new(account: MutexGuard<'a, Account>, iam: MutexGuard<'a, iam::State>) -> Self {
        let mut entered = Self { account, iam };
        entered.exchange();
        entered
    }

    fn exchange(&mut self) {
        mem::swap(&mut self.account.world.iam, &mut self.iam);
    }
}

impl Drop for Entered<'_> {
    fn drop(&mut self) {
        self.exchange();
    }
}

impl Deref for Entered<'_> {
    type Target = Account;

    fn deref(&self) -> &Account {
        &self.account
    }
}

impl DerefMut for Entered<'_> {
    fn deref_mut(&mut self) -> &mut Account {
        &mut self.account
    }
}
