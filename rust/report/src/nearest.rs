// SPDX-License-Identifier: Apache-2.0 OR MIT
//! "Did you mean": the right name nearest to a wrong one.

/// Longer names are no slips of the pen, and comparing them takes long.
const CHARS_MAX: usize = 64;

/// How alike two names must be, from 0 to 1: `baudrate` and `baud` are 0.9, `pinger` and `ponger` are 0.9
/// too.
const LIKE_MIN: f64 = 0.8;

/// The one of `names` that is nearest to `wrong`; none when nothing is near, or when two are equally near.
pub fn nearest<'a>(wrong: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let short = |name: &str| name.chars().take(CHARS_MAX + 1).count() <= CHARS_MAX;
    if !short(wrong) {
        return None;
    }
    let mut near: Vec<(usize, &str)> = names
        .into_iter()
        .filter(|name| short(name) && strsim::jaro_winkler(wrong, name) >= LIKE_MIN)
        .map(|name| (strsim::damerau_levenshtein(wrong, name), name))
        .collect();
    near.sort_unstable();
    match *near {
        [(_, name)] => Some(name),
        [(first, name), (second, _), ..] if first < second => Some(name),
        _ => None,
    }
}

/// The names for a sentence: `"a", "b" or "c"`.
pub fn one_of(names: &[&str]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("\"{name}\"")).collect();
    match quoted.split_last() {
        None => "nothing".to_string(),
        Some((only, [])) => only.clone(),
        Some((last, others)) => format!("{} or {last}", others.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(wrong: &str, names: &[&str], expected: Option<&str>) {
        assert_eq!(nearest(wrong, names.iter().copied()), expected, "{wrong}");
    }

    #[test]
    fn finds_slips_of_the_pen() {
        let keys = ["kind", "ends", "baud", "framing", "delay"];
        check("baudrate", &keys, Some("baud"));
        check("Delay", &keys, Some("delay"));
        check("fraiming", &keys, Some("framing"));
        check("parity", &keys, None);
        check("", &keys, None);
        check(
            "qemu:mps2-an395",
            &["qemu:mps2-an385", "qemu:mps2-an386", "qemu:riscv32-virt"],
            Some("qemu:mps2-an385"),
        );
    }

    #[test]
    fn does_not_guess_between_two() {
        check("uart9", &["uart0", "uart1"], None);
        check("uart9", &["uart0"], Some("uart0"));
    }

    #[test]
    fn lists_names() {
        assert_eq!(one_of(&["a"]), "\"a\"");
        assert_eq!(one_of(&["a", "b", "c"]), "\"a\", \"b\" or \"c\"");
    }
}
