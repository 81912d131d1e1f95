//! A handler for SIGBUS, which a process receives on access to a truncated page of a mapped file.
//!
//! If the page is in a guarded map, the handler replaces it and the rest of the map by zeros and
//! sets a flag. The access then reads NUL bytes, and the user of the data checks
//! [`Guard::has_faulted`]. The rest of the map is replaced too, so that no page of the file follows
//! a zeroed one: the file may have grown again meanwhile. Any other SIGBUS is passed on to the
//! previous handler.
//!
//! A handler may run between any two instructions of any thread, so it takes no lock and allocates
//! nothing. It reads a fixed table of atomics and makes one system call, which takes no lock
//! either.

use std::ptr;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering, fence};

/// The maximum number of maps that are guarded at once.
const PLACES: usize = 4096;

static TABLE: [Place; PLACES] = [const { Place::free() }; PLACES];
/// The number of table slots that have ever been used.
static USED: AtomicUsize = AtomicUsize::new(0);
static PAGE_BYTES: AtomicUsize = AtomicUsize::new(0);
static PREVIOUS: OnceLock<libc::sigaction> = OnceLock::new();

/// A slot of the table of live mappings, in which the `SIGBUS` handler looks up the faulting
/// address.
struct Place {
    is_taken: AtomicBool,
    /// A sequence lock: odd while the addresses change, so that the handler never mixes those of
    /// two maps.
    version: AtomicUsize,
    start: AtomicUsize,
    end: AtomicUsize,
    has_faulted: AtomicBool,
}

impl Place {
    const fn free() -> Self {
        Self {
            is_taken: AtomicBool::new(false),
            version: AtomicUsize::new(0),
            start: AtomicUsize::new(0),
            end: AtomicUsize::new(0),
            has_faulted: AtomicBool::new(false),
        }
    }

    /// Sets the address range. Only the slot's owner calls this, so there is one writer.
    fn set(&self, start: usize, end: usize) {
        let version = self.version.load(Ordering::Relaxed);
        self.version.store(version.wrapping_add(1), Ordering::Relaxed);
        fence(Ordering::Release);
        self.start.store(start, Ordering::Relaxed);
        self.end.store(end, Ordering::Relaxed);
        self.version.store(version.wrapping_add(2), Ordering::Release);
    }

    /// Returns the end address of the map in this slot, if `address` is within that map.
    fn end_of(&self, address: usize) -> Option<usize> {
        let version = self.version.load(Ordering::Acquire);
        let (start, end) = (self.start.load(Ordering::Relaxed), self.end.load(Ordering::Relaxed));
        fence(Ordering::Acquire);
        // A map that is being accessed doesn't change, so a changed version belongs to another map.
        let is_whole = version.is_multiple_of(2) && self.version.load(Ordering::Relaxed) == version;
        (is_whole && (start..end).contains(&address)).then_some(end)
    }
}

/// A slot of the table of guarded maps. It guards one map and is freed on drop.
pub(crate) struct Guard(&'static Place);

impl Guard {
    /// Takes a free slot and installs the handler if needed. Returns `None` if the handler can't be
    /// installed or the table is full.
    pub(super) fn take() -> Option<Self> {
        if !is_installed() {
            return None;
        }
        let free = TABLE.iter().enumerate().find(|(_, place)| {
            let taken = place
                .is_taken
                .compare_exchange(false, true, Ordering::Acquire, Ordering::Relaxed);
            taken.is_ok()
        });
        let (index, place) = free?;
        USED.fetch_max(index + 1, Ordering::Release);
        place.has_faulted.store(false, Ordering::Relaxed);
        Some(Self(place))
    }

    /// Guards a map until [`release`](Self::release) is called. Call it before the map is unmapped.
    pub(super) fn protect(&self, bytes: &[u8]) {
        let start = bytes.as_ptr().addr();
        self.0.set(start, start.saturating_add(bytes.len()));
    }

    pub(super) fn release(&self) {
        self.0.set(0, 0);
    }

    /// Returns `true` if some of the data couldn't be read and was replaced by zeros.
    pub(super) fn has_faulted(&self) -> bool {
        self.0.has_faulted.load(Ordering::Acquire)
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        self.release();
        self.0.is_taken.store(false, Ordering::Release);
    }
}

/// Installs the handler once per process. Returns `true` if it is installed.
fn is_installed() -> bool {
    static INSTALLED: OnceLock<bool> = OnceLock::new();
    *INSTALLED.get_or_init(|| install().is_some())
}

fn install() -> Option<()> {
    // SAFETY: `sysconf` only returns a number.
    let page = unsafe { libc::sysconf(libc::_SC_PAGESIZE) };
    PAGE_BYTES.store(
        usize::try_from(page).ok().filter(|page| page.is_power_of_two())?,
        Ordering::Release,
    );
    // SAFETY: all zeros is a valid `sigaction`: no flags, no signals masked, the default action.
    let mut previous: libc::sigaction = unsafe { std::mem::zeroed() };
    // SAFETY: with a null action, `sigaction` only writes the current action to `previous`, which
    // is valid.
    if unsafe { libc::sigaction(libc::SIGBUS, ptr::null(), &raw mut previous) } != 0 {
        return None;
    }
    // This is set before the handler is installed, because a signal may arrive right after that.
    PREVIOUS.set(previous).ok()?;
    // SAFETY: as above.
    let mut action: libc::sigaction = unsafe { std::mem::zeroed() };
    action.sa_sigaction = (handle as extern "C" fn(_, _, _)) as *const () as usize;
    // Run on the alternate stack if the thread has one. SIGBUS is blocked while the handler runs.
    action.sa_flags = libc::SA_SIGINFO | libc::SA_ONSTACK;
    // SAFETY: `handle` has the signature that SA_SIGINFO requires and is async-signal-safe.
    let installed = unsafe { libc::sigaction(libc::SIGBUS, &raw const action, ptr::null_mut()) };
    (installed == 0).then_some(())
}

extern "C" fn handle(signal: libc::c_int, info: *mut libc::siginfo_t, context: *mut libc::c_void) {
    // SAFETY: SA_SIGINFO guarantees a valid `info`. It contains an address if the kernel sent the
    // signal, which a positive `si_code` indicates.
    let address = unsafe { (!info.is_null() && (*info).si_code > 0).then(|| (*info).si_addr().addr()) };
    match address {
        Some(address) if zero_rest(address) => {}
        // The signal was sent by a process. It can be ignored, unlike a fault.
        None if PREVIOUS
            .get()
            .is_some_and(|previous| previous.sa_sigaction == libc::SIG_IGN) => {}
        Some(_) | None => pass_on(signal, info, context),
    }
}

/// Maps zeros from the page of `address` to the end of its map. Returns `false` if no guarded map
/// contains the address.
fn zero_rest(address: usize) -> bool {
    let used = TABLE.iter().take(USED.load(Ordering::Acquire));
    let found = used.filter_map(|place| Some((place, place.end_of(address)?))).next();
    let Some((place, end)) = found else {
        return false;
    };
    let page = PAGE_BYTES.load(Ordering::Acquire);
    let start = address & !(page - 1);
    let bytes = (end - start).next_multiple_of(page);
    let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_FIXED | libc::MAP_NORESERVE;
    // SAFETY: these pages belong to a map of this module. It isn't unmapped while it is accessed,
    // as it is now, and the pages stay mapped and readable. Maps end at a page boundary, so no
    // memory after this one is touched. The call takes no lock of this process and doesn't allocate
    // in it.
    let mapped = unsafe { libc::mmap(ptr::without_provenance_mut(start), bytes, libc::PROT_READ, flags, -1, 0) };
    place.has_faulted.store(true, Ordering::Release);
    mapped != libc::MAP_FAILED
}

/// Performs the action that was in effect before this handler was installed.
fn pass_on(signal: libc::c_int, info: *mut libc::siginfo_t, context: *mut libc::c_void) {
    let previous = PREVIOUS.get();
    let action = previous.map_or(libc::SIG_DFL, |previous| previous.sa_sigaction);
    if action == libc::SIG_DFL || action == libc::SIG_IGN {
        // SAFETY: all zeros is the default action, which takes effect when this returns. Both calls
        // are async-signal-safe.
        unsafe {
            let default: libc::sigaction = std::mem::zeroed();
            libc::sigaction(signal, &raw const default, ptr::null_mut());
            libc::raise(signal);
        }
    } else if previous.is_some_and(|previous| previous.sa_flags & libc::SA_SIGINFO != 0) {
        // SAFETY: the code that installed the previous handler set SA_SIGINFO, so it has this
        // signature. It gets the arguments of this handler.
        unsafe {
            let handler: extern "C" fn(libc::c_int, *mut libc::siginfo_t, *mut libc::c_void) =
                std::mem::transmute(ptr::without_provenance::<()>(action));
            handler(signal, info, context);
        }
    } else {
        // SAFETY: as above, for a handler without SA_SIGINFO.
        unsafe {
            let handler: extern "C" fn(libc::c_int) = std::mem::transmute(ptr::without_provenance::<()>(action));
            handler(signal);
        }
    }
}
