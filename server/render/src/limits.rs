//! The bounds this process puts on itself before it reads anything.

use rlimit::Resource;

use crate::fault::Fault;

/// The edition with its attachment, as JSON.
pub(crate) const INPUT_BYTES: u64 = 32 << 20;

/// All words of one edition: some 500 pages.
pub(crate) const TEXT_BYTES: usize = 2 << 20;

/// 100,000 combining accents on one letter ask for 11 GB; an ordinary document takes under 0.1 GB.
const MEMORY_BYTES: u64 = 1500 << 20;

const CPU_SECONDS: u64 = 20;

/// Each thread's allocator reserves address space, so their number may not follow the number of processors.
const THREADS: usize = 2;

pub(crate) fn set() -> Result<(), Fault> {
    let limits = [
        (Resource::AS, MEMORY_BYTES),
        (Resource::CPU, CPU_SECONDS),
        // A crash must not leave the record lying about in a core file.
        (Resource::CORE, 0),
    ];
    for (resource, bound) in limits {
        let allowed = resource.get_hard().map_or(bound, |hard| bound.min(hard));
        resource
            .set(allowed, allowed)
            .map_err(|error| Fault::Limits { detail: format!("{}: {}", resource.as_name(), error.kind()) })?;
    }
    rayon::ThreadPoolBuilder::new()
        .num_threads(THREADS)
        .build_global()
        .map_err(|_| Fault::Limits { detail: "threads".to_owned() })
}
