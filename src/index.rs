//! Typed indices and the dense tables that they address.
use std::marker::PhantomData;
use std::ops::{Index, IndexMut};

/// A typed position in a table.
pub trait Id: Copy {
    /// The position as a plain number.
    fn at(self) -> usize;
    /// The index at a position.
    fn from_at(at: usize) -> Self;
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident: $repr:ty;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub $repr);
        impl Id for $name {
            #[inline]
            fn at(self) -> usize { self.0 as usize }
            #[inline]
            fn from_at(at: usize) -> Self { Self(at as $repr) }
        }
    )*};
}

ids! {
    /// A zone of the case or a refuge outside it.
    Place: u8;
    /// A community.
    Community: u8;
    /// A bloc: the unit of blame, protection and control. Slots after the case's own are for open breaks.
    Bloc: u8;
    /// An organisation, in order of foundation.
    Org: u16;
    /// A lineage of one community in one place.
    Segment: u32;
    /// Neighbouring segments of one place.
    Cluster: u32;
    /// A household of the template.
    Household: u32;
    /// A party to talks.
    Party: u8;
}

/// A dense table with one value per index.
#[derive(Clone, Debug, PartialEq)]
pub struct Map<I, T> {
    values: Vec<T>,
    index: PhantomData<I>,
}

impl<I: Id, T> Map<I, T> {
    /// A table over `values` in index order.
    #[must_use]
    pub fn new(values: Vec<T>) -> Self {
        Self { values, index: PhantomData }
    }
    /// The number of rows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.values.len()
    }
    /// Whether there is no row.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }
    /// All indices in order.
    pub fn ids(&self) -> impl DoubleEndedIterator<Item = I> + use<I, T> {
        (0..self.values.len()).map(I::from_at)
    }
    /// Pairs of index and value in order.
    pub fn iter(&self) -> impl Iterator<Item = (I, &T)> {
        self.values.iter().enumerate().map(|(at, value)| (I::from_at(at), value))
    }
    /// Pairs of index and value in order, to change.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = (I, &mut T)> {
        self.values.iter_mut().enumerate().map(|(at, value)| (I::from_at(at), value))
    }
    /// The values in order.
    #[must_use]
    pub fn values(&self) -> &[T] {
        &self.values
    }
    /// The values in order, to change.
    pub fn values_mut(&mut self) -> &mut [T] {
        &mut self.values
    }
    /// Adds a row and returns its index.
    pub fn push(&mut self, value: T) -> I {
        self.values.push(value);
        I::from_at(self.values.len() - 1)
    }
}

impl<I: Id, T: Clone> Map<I, T> {
    /// A table of `len` equal values.
    #[must_use]
    pub fn filled(len: usize, value: T) -> Self {
        Self::new(vec![value; len])
    }
}

impl<I: Id, T> Index<I> for Map<I, T> {
    type Output = T;
    #[inline]
    fn index(&self, id: I) -> &T {
        &self.values[id.at()]
    }
}

impl<I: Id, T> IndexMut<I> for Map<I, T> {
    #[inline]
    fn index_mut(&mut self, id: I) -> &mut T {
        &mut self.values[id.at()]
    }
}

/// A bit per index.
#[derive(Clone, Debug, PartialEq)]
pub struct Bits<I> {
    words: Vec<u64>,
    index: PhantomData<I>,
}

impl<I> Default for Bits<I> {
    fn default() -> Self {
        Self { words: Vec::new(), index: PhantomData }
    }
}

impl<I: Id> Bits<I> {
    /// The bits of `len` indices, by position.
    #[must_use]
    pub fn new(len: usize, bit: impl Fn(usize) -> bool) -> Self {
        let word = |first: usize| (first..len.min(first + 64)).rev().fold(0, |bits, at| bits << 1 | u64::from(bit(at)));
        Self { words: (0..len).step_by(64).map(word).collect(), index: PhantomData }
    }
    /// None of `len` set.
    #[must_use]
    pub fn none(len: usize) -> Self {
        Self { words: vec![0; len.div_ceil(64)], index: PhantomData }
    }
    /// Whether the bit of an index is set.
    #[must_use]
    #[inline]
    pub fn has(&self, id: I) -> bool {
        self.words[id.at() / 64] >> (id.at() % 64) & 1 != 0
    }
    /// Sets the bit of an index, or takes it back.
    #[inline]
    pub fn set(&mut self, id: I, to: bool) {
        let (word, bit) = (&mut self.words[id.at() / 64], id.at() % 64);
        *word = *word & !(1 << bit) | u64::from(to) << bit;
    }
    /// All of them, 64 to a word, the first lowest.
    #[must_use]
    #[inline]
    pub fn words(&self) -> &[u64] {
        &self.words
    }
}

/// A dense table with one value per pair of indices, rows contiguous.
#[derive(Clone, Debug, PartialEq)]
pub struct Grid<R, C, T> {
    values: Vec<T>,
    rows: usize,
    columns: usize,
    index: PhantomData<(R, C)>,
}

impl<R: Id, C: Id, T: Clone> Grid<R, C, T> {
    /// A table of equal values.
    #[must_use]
    pub fn filled(rows: usize, columns: usize, value: T) -> Self {
        Self { values: vec![value; rows * columns], rows, columns, index: PhantomData }
    }
    /// The values of one row.
    #[must_use]
    pub fn row(&self, row: R) -> &[T] {
        &self.values[row.at() * self.columns..(row.at() + 1) * self.columns]
    }
    /// The values of one row, to change.
    pub fn row_mut(&mut self, row: R) -> &mut [T] {
        &mut self.values[row.at() * self.columns..(row.at() + 1) * self.columns]
    }
    /// All values, row by row.
    #[must_use]
    pub fn values(&self) -> &[T] {
        &self.values
    }
    /// All values, row by row, to change.
    pub fn values_mut(&mut self) -> &mut [T] {
        &mut self.values
    }
    /// The number of rows.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.rows
    }
    /// The number of columns.
    #[must_use]
    pub fn columns(&self) -> usize {
        self.columns
    }
    /// The indices of the rows in order.
    pub fn ids(&self) -> impl Iterator<Item = R> + use<R, C, T>
    where
        R: Id,
    {
        (0..self.rows).map(R::from_at)
    }
    /// Copies one column onto another.
    pub fn copy_column(&mut self, from: C, to: C) {
        for row in self.values.chunks_mut(self.columns) {
            row[to.at()] = row[from.at()].clone();
        }
    }
    /// Adds a row of equal values.
    pub fn push_row(&mut self, value: T) {
        self.values.resize(self.values.len() + self.columns, value);
        self.rows += 1;
    }
}

impl<R: Id, C: Id, T> Index<(R, C)> for Grid<R, C, T> {
    type Output = T;
    #[inline]
    fn index(&self, (row, column): (R, C)) -> &T {
        &self.values[row.at() * self.columns + column.at()]
    }
}

impl<R: Id, C: Id, T> IndexMut<(R, C)> for Grid<R, C, T> {
    #[inline]
    fn index_mut(&mut self, (row, column): (R, C)) -> &mut T {
        &mut self.values[row.at() * self.columns + column.at()]
    }
}
