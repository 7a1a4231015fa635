//! Buffers that are used again: page faults on fresh memory cost as much as the products at a small model's size.

use std::collections::BTreeMap;
use std::ops::Deref;
use std::sync::{Arc, Mutex, PoisonError};

use super::Tensor;

/// Free buffers by capacity. A tensor's buffer comes back when its last holder lets go.
#[derive(Default)]
pub struct Pool {
    free: Mutex<Free>,
}

#[derive(Default)]
struct Free {
    by_capacity: BTreeMap<usize, Vec<Vec<f32>>>,
    held: usize,
}

/// The most that a pool keeps for later, in numbers (512 MiB).
const HELD_AT_MOST: usize = 128 << 20;

impl Pool {
    /// A buffer of `length` numbers. What it holds is left over from before: write all of it.
    pub fn take(&self, length: usize) -> Vec<f32> {
        let mut free = self.free.lock().unwrap_or_else(PoisonError::into_inner);
        // A buffer up to half as large again serves; a much larger one is worth more to somebody else.
        let fits = length..=length + length / 2;
        let found = free.by_capacity.range(fits).next().map(|(&capacity, _)| capacity);
        if let Some(capacity) = found
            && let Some(buffers) = free.by_capacity.get_mut(&capacity)
        {
            let buffer = buffers.pop();
            if buffers.is_empty() {
                free.by_capacity.remove(&capacity);
            }
            if let Some(mut buffer) = buffer {
                free.held -= capacity;
                drop(free);
                buffer.resize(length, 0.0);
                return buffer;
            }
        }
        drop(free);
        vec![0.0; length]
    }

    /// A buffer with a copy of `data`.
    pub fn copy(&self, data: &[f32]) -> Vec<f32> {
        let mut buffer = self.take(data.len());
        buffer.copy_from_slice(data);
        buffer
    }

    /// A tensor whose buffer comes back to this pool.
    pub fn tensor(self: &Arc<Self>, data: Vec<f32>, shape: &[usize]) -> Tensor {
        Tensor::from_block(Block { data, pool: Some(Arc::clone(self)) }, shape)
    }

    fn give_back(&self, buffer: Vec<f32>) {
        let capacity = buffer.capacity();
        let mut free = self.free.lock().unwrap_or_else(PoisonError::into_inner);
        if capacity > 0 && free.held + capacity <= HELD_AT_MOST {
            free.held += capacity;
            free.by_capacity.entry(capacity).or_default().push(buffer);
        }
    }
}

/// One buffer and where it returns to.
pub(super) struct Block {
    data: Vec<f32>,
    pool: Option<Arc<Pool>>,
}

impl Block {
    pub(super) fn free_standing(data: Vec<f32>) -> Self {
        Self { data, pool: None }
    }

    pub(super) fn into_data(mut self) -> Vec<f32> {
        std::mem::take(&mut self.data)
    }
}

impl Deref for Block {
    type Target = [f32];

    fn deref(&self) -> &[f32] {
        &self.data
    }
}

impl Drop for Block {
    fn drop(&mut self) {
        if let Some(pool) = self.pool.take() {
            pool.give_back(std::mem::take(&mut self.data));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buffers_come_back_and_are_used_again() {
        let pool = Arc::new(Pool::default());
        let t = pool.tensor(pool.take(100), &[100]);
        let start = t.as_slice().map(<[f32]>::as_ptr);
        drop(t);
        let again = pool.take(90);
        assert_eq!(Some(again.as_ptr()), start);
        assert_eq!(again.len(), 90);
        assert_ne!(Some(pool.take(90).as_ptr()), start);
    }
}
