//! The page behind the link of an approval: it shows what is asked, and its form decides.
//!
//! It needs no sign-in and no script: whoever has the address decides. Looking at it decides nothing, so that a mail
//! program that opens every link decides nothing either.

pub(crate) mod decide;
mod page;
pub(crate) mod show;
