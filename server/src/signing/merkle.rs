//! The tree arithmetic of RFC 9162, section 2.1: hashes, proofs, and the check of a proof. Nothing here knows what a leaf
//! stands for.

use sha2::{Digest, Sha256};

pub type Hash = [u8; 32];

/// The hash of a leaf that holds `entry`.
pub fn leaf_hash(entry: &[u8]) -> Hash {
    Sha256::new().chain_update([0]).chain_update(entry).finalize().into()
}

fn node(left: &Hash, right: &Hash) -> Hash {
    Sha256::new().chain_update([1]).chain_update(left).chain_update(right).finalize().into()
}

/// A tree that can be added to without its leaves: the roots of the full trees it is made of, the largest first. One for each
/// bit of its size.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Peaks {
    size: u64,
    roots: Vec<Hash>,
}

impl Peaks {
    /// `None` if a tree of this size is not made of so many full ones.
    pub fn new(size: u64, roots: Vec<Hash>) -> Option<Self> {
        (usize::try_from(size.count_ones()).ok() == Some(roots.len())).then_some(Self { size, roots })
    }

    pub const fn size(&self) -> u64 {
        self.size
    }

    pub fn roots(&self) -> &[Hash] {
        &self.roots
    }

    /// Adds a leaf; the answer is the path that proves it is in the tree of now: every full tree before it.
    pub fn push(&mut self, leaf: Hash) -> Vec<Hash> {
        let path = self.roots.iter().rev().copied().collect();
        let mut merged = leaf;
        // As in counting: each full tree at the end that is as large as ours becomes one with it.
        for _ in 0..self.size.trailing_ones() {
            if let Some(left) = self.roots.pop() {
                merged = node(&left, &merged);
            }
        }
        self.roots.push(merged);
        self.size += 1;
        path
    }

    pub fn root(&self) -> Hash {
        let mut smaller = self.roots.iter().rev();
        let Some(last) = smaller.next() else { return Sha256::digest([]).into() };
        smaller.fold(*last, |right, left| node(left, &right))
    }
}

pub fn root(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => Sha256::digest([]).into(),
        [one] => *one,
        _ => {
            let (left, right) = leaves.split_at(split(leaves.len()));
            node(&root(left), &root(right))
        }
    }
}

/// The largest power of two smaller than `size`, which is at least two.
const fn split(size: usize) -> usize {
    1 << (size - 1).ilog2()
}

/// The path from a leaf up to the root, the nearest first.
pub fn inclusion(leaves: &[Hash], index: usize) -> Option<Vec<Hash>> {
    if index >= leaves.len() {
        return None;
    }
    if leaves.len() == 1 {
        return Some(Vec::new());
    }
    let (left, right) = leaves.split_at(split(leaves.len()));
    let (mut path, beside) = match index.checked_sub(left.len()) {
        None => (inclusion(left, index)?, root(right)),
        Some(index) => (inclusion(right, index)?, root(left)),
    };
    path.push(beside);
    Some(path)
}

/// What proves that the tree of the first `old` leaves is the beginning of this one.
pub fn consistency(leaves: &[Hash], old: usize) -> Option<Vec<Hash>> {
    match old {
        0 => None,
        _ if old > leaves.len() => None,
        _ => Some(subproof(leaves, old, true)),
    }
}

fn subproof(leaves: &[Hash], old: usize, known: bool) -> Vec<Hash> {
    if old == leaves.len() {
        return if known { Vec::new() } else { vec![root(leaves)] };
    }
    let (left, right) = leaves.split_at(split(leaves.len()));
    let (mut path, beside) = match old.checked_sub(left.len()) {
        None | Some(0) => (subproof(left, old, known), root(right)),
        Some(old) => (subproof(right, old, false), root(left)),
    };
    path.push(beside);
    path
}

/// The root that `path` leads to from a leaf. `None` if no tree of this size has such a path.
pub fn root_along(leaf: Hash, index: u64, size: u64, path: &[Hash]) -> Option<Hash> {
    if index >= size {
        return None;
    }
    let (mut at, mut last, mut reached) = (index, size - 1, leaf);
    for beside in path {
        if last == 0 {
            return None;
        }
        if at & 1 == 1 || at == last {
            reached = node(beside, &reached);
            while at & 1 == 0 && at != 0 {
                at >>= 1;
                last >>= 1;
            }
        } else {
            reached = node(&reached, beside);
        }
        at >>= 1;
        last >>= 1;
    }
    (last == 0).then_some(reached)
}
