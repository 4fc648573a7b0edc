// SPDX-License-Identifier: Apache-2.0 OR MIT
//! What the registers hold, and where each of them is.

use crate::register::{Place, Register};

/// The values of a table's registers.
#[derive(Debug)]
pub(crate) struct Values {
    table: &'static [Register],
    /// For each word of the device: the slot of its register.
    by_word: Vec<Option<u16>>,
    /// For each slot: the register's number in the table, and its own in the array.
    slots: Vec<(usize, usize)>,
    values: Vec<u32>,
}

impl Values {
    /// All at their reset values.
    pub(crate) fn new(table: &'static [Register], size: u32) -> Values {
        let mut values =
            Values { table, by_word: vec![None; size as usize / 4], slots: Vec::new(), values: Vec::new() };
        for (number, register) in table.iter().enumerate() {
            for index in 0..register.count {
                let word = register.offset_of(index) as usize / 4;
                values.by_word[word] = Some(values.slots.len() as u16);
                values.slots.push((number, index as usize));
                values.values.push(register.reset);
            }
        }
        values
    }

    /// Gives all their reset values.
    pub(crate) fn reset(&mut self) {
        for (value, (number, _)) in self.values.iter_mut().zip(&self.slots) {
            *value = self.table[*number].reset;
        }
    }

    /// The register at a word's offset, and which it is.
    pub(crate) fn find(&self, offset: u32) -> Option<(&'static Register, Place)> {
        let slot = (*self.by_word.get(offset as usize / 4)?)?;
        let (number, index) = self.slots[usize::from(slot)];
        let register = &self.table[number];
        Some((register, Place { offset: register.offset, index }))
    }

    /// The value of number `index` of the register at `offset`, which is in the table.
    pub(crate) fn value(&mut self, offset: u32, index: usize) -> &mut u32 {
        let first = self.by_word.get(offset as usize / 4).copied().flatten();
        let Some(first) = first else { panic!("the device's table has no register at {offset:#x}") };
        let slot = usize::from(first) + index;
        assert!(
            self.slots.get(slot).is_some_and(|(_, own)| *own == index),
            "no register {index} at {offset:#x}"
        );
        &mut self.values[slot]
    }

    /// All values, to be saved.
    pub(crate) fn all(&self) -> &[u32] {
        &self.values
    }

    /// Takes values that were saved; false if they are another table's.
    pub(crate) fn restore(&mut self, values: &[u32]) -> bool {
        let fits = values.len() == self.values.len();
        if fits {
            self.values.copy_from_slice(values);
        }
        fits
    }
}
