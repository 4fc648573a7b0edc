// SPDX-License-Identifier: Apache-2.0 OR MIT
//! The median of some measurements, how far they lie apart, and whether costs lie on a straight line.

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

/// The value that `percent` of all do not exceed; `None` of none.
pub fn percentile(values: &[u64], percent: usize) -> Option<u64> {
    let mut values = values.to_vec();
    values.sort_unstable();
    let rank = (values.len() * percent).div_ceil(100).max(1);
    values.get(rank - 1).copied()
}

/// The straight line `base + slope * x` nearest to some points: by least squares of what it is off in proportion, so that few
/// nodes count as much as many.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StraightLine {
    /// At x = 0.
    pub base: f64,
    /// For each x.
    pub slope: f64,
}

impl StraightLine {
    /// `None` unless two points differ in x. No y is 0.
    pub fn through(points: &[(f64, f64)]) -> Option<StraightLine> {
        let weight = |(_, y): &(f64, f64)| (y * y).recip();
        let all: f64 = points.iter().map(weight).sum();
        let mean = |of: fn(&(f64, f64)) -> f64| {
            points.iter().map(|point| of(point) * weight(point)).sum::<f64>() / all
        };
        let (x_mean, y_mean) = (mean(|point| point.0), mean(|point| point.1));
        let spread: f64 = points.iter().map(|point| (point.0 - x_mean).powi(2) * weight(point)).sum();
        let both = |point: &(f64, f64)| (point.0 - x_mean) * (point.1 - y_mean) * weight(point);
        let slope = points.iter().map(both).sum::<f64>() / spread;
        slope.is_finite().then_some(StraightLine { base: y_mean - slope * x_mean, slope })
    }

    /// How far off the line the worst of some points is, in parts of its y.
    pub fn worst(self, points: &[(f64, f64)]) -> f64 {
        points.iter().map(|(x, y)| ((self.base + self.slope * x) / y - 1.0).abs()).fold(0.0, f64::max)
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

    #[test]
    fn a_percentile_is_one_of_the_values() {
        let values: Vec<u64> = (1..=200).rev().collect();
        assert_eq!(percentile(&values, 50), Some(100));
        assert_eq!(percentile(&values, 99), Some(198));
        assert_eq!(percentile(&[7], 99), Some(7));
        assert_eq!(percentile(&[], 50), None);
    }

    #[test]
    fn finds_a_straight_line() {
        let line = StraightLine::through(&[(1.0, 5.0), (2.0, 7.0), (4.0, 11.0)]).unwrap();
        assert!((line.base - 3.0).abs() < 1e-9 && (line.slope - 2.0).abs() < 1e-9, "{line:?}");
        assert!((line.worst(&[(1.0, 5.0), (2.0, 14.0)]) - 0.5).abs() < 1e-9);
        assert_eq!(StraightLine::through(&[(1.0, 5.0), (1.0, 7.0)]), None);
        assert_eq!(StraightLine::through(&[]), None);
    }
}
