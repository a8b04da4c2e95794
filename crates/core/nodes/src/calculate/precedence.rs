use super::arithmetic::Arithmetic;

/// How strongly an operator binds: Python's order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Power(u8);

impl Power {
    pub(super) const LOWEST: Self = Self(0);
    pub(super) const OR: Self = Self(1);
    pub(super) const AND: Self = Self(2);
    pub(super) const NOT: Self = Self(3);
    pub(super) const COMPARISON: Self = Self(4);
    pub(super) const SUM: Self = Self(5);
    pub(super) const PRODUCT: Self = Self(6);
    pub(super) const SIGN: Self = Self(7);
    pub(super) const EXPONENT: Self = Self(8);

    /// The next stronger.
    pub(super) fn above(self) -> Self {
        Self(self.0 + 1)
    }
}

/// How strongly arithmetic binds.
pub(super) fn strength(operation: Arithmetic) -> Power {
    match operation {
        Arithmetic::Add | Arithmetic::Subtract => Power::SUM,
        Arithmetic::Multiply | Arithmetic::Divide | Arithmetic::FloorDivide | Arithmetic::Remainder => {
            Power::PRODUCT
        }
        Arithmetic::Power => Power::EXPONENT,
    }
}
