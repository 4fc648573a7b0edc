// SPDX-License-Identifier: Apache-2.0 OR MIT
//! The median of some measurements, and how far they lie apart.

/// The middle and the ends of some measurements.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    /// The middle one; of an even number the mean of the two in the middle.
    pub median: f64,
    /// The least.
    pub min: f64,
    /// The greatest.
    pub max: f64,
}

impl Spread {
    /// Of at least one measurement; `None` of none.
    pub fn of(values: impl IntoIterator<Item = f64>) -> Option<Spread> {
        let mut values: Vec<f64> = values.into_iter().collect();
        values.sort_by(f64::total_cmp);
        let (min, max) = (*values.first()?, *values.last()?);
        let half = values.len() / 2;
        let median =
            if values.len() % 2 == 1 { values[half] } else { (values[half - 1] + values[half]) / 2.0 };
        Some(Spread { median, min, max })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(values: &[f64], expected: Option<(f64, f64, f64)>) {
        let found = Spread::of(values.iter().copied());
        assert_eq!(found, expected.map(|(median, min, max)| Spread { median, min, max }), "{values:?}");
    }

    #[test]
    fn none_has_no_median() {
        check(&[], None);
    }

    #[test]
    fn one_is_all() {
        check(&[2.5], Some((2.5, 2.5, 2.5)));
    }

    #[test]
    fn the_order_does_not_matter() {
        check(&[3.0, 1.0, 10.0], Some((3.0, 1.0, 10.0)));
    }

    #[test]
    fn an_even_number_has_two_in_the_middle() {
        check(&[4.0, 1.0, 3.0, 100.0], Some((3.5, 1.0, 100.0)));
    }
}
