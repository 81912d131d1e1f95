//! A handler for SIGBUS: what a process is sent that looks at a page of a mapped file that is gone.
//!
//! If the page is one of ours, zeros are mapped in its place and in the place of all that comes after it in the map, and it is
//! noted that this was done; the look then finds NULs, and whoever is to use what was read is told by
//! [`Guard::has_faulted`]. The rest of the map goes too, so that no page of the file follows one of zeros: the file may have grown
//! again meanwhile. Any other SIGBUS is passed on to whoever handled it before.
//!
//! A handler may run between any two instructions of any thread, so it takes no lock and allocates nothing: it reads a fixed table
//! of atomics, and makes one call to the system that takes none either.

use std::ptr;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering, fence};

/// The most maps that are guarded at once.
const PLACES: usize = 4096;

static TABLE: [Place; PLACES] = [const { Place::free() }; PLACES];
/// How much of the table was ever used.
static USED: AtomicUsize = AtomicUsize::new(0);
static PAGE_BYTES: AtomicUsize = AtomicUsize::new(0);
static PREVIOUS: OnceLock<libc::sigaction> = OnceLock::new();

/// Where one map is.
struct Place {
    is_taken: AtomicBool,
    /// Odd while the two addresses are changed: a handler that sees both must not see them of two maps.
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

    /// Only the place's owner calls this, so there is one writer.
    fn set(&self, start: usize, end: usize) {
        let version = self.version.load(Ordering::Relaxed);
        self.version.store(version.wrapping_add(1), Ordering::Relaxed);
        fence(Ordering::Release);
        self.start.store(start, Ordering::Relaxed);
        self.end.store(end, Ordering::Relaxed);
        self.version.store(version.wrapping_add(2), Ordering::Release);
    }

    /// Returns the end of the map if `address` is in it.
    fn end_of(&self, address: usize) -> Option<usize> {
        let version = self.version.load(Ordering::Acquire);
        let (start, end) = (self.start.load(Ordering::Relaxed), self.end.load(Ordering::Relaxed));
        fence(Ordering::Acquire);
        // A map that is looked at does not change, so one that does is another one.
        let is_whole = version.is_multiple_of(2) && self.version.load(Ordering::Relaxed) == version;
        (is_whole && (start..end).contains(&address)).then_some(end)
    }
}

/// A place for one map in the table.
pub(crate) struct Guard(&'static Place);

impl Guard {
    /// Takes a place, with the handler installed; none if the handler can't be, or too many maps are guarded.
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

    /// Guards a map, until it is [`release`](Self::release)d, which must be before it is unmapped.
    pub(super) fn protect(&self, bytes: &[u8]) {
        let start = bytes.as_ptr().addr();
        self.0.set(start, start.saturating_add(bytes.len()));
    }

    pub(super) fn release(&self) {
        self.0.set(0, 0);
    }

    /// Tells whether zeros stand in the place of something that could not be read.
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

/// Installs the handler, once in a process.
fn is_installed() -> bool {
    static INSTALLED: OnceLock<bool> = OnceLock::new();
    *INSTALLED.get_or_init(|| install().is_some())
}

fn install() -> Option<()> {
    // SAFETY: it reads a number.
    let page = unsafe { libc::sysconf(libc::_SC_PAGESIZE) };
    PAGE_BYTES.store(
        usize::try_from(page).ok().filter(|page| page.is_power_of_two())?,
        Ordering::Release,
    );
    // SAFETY: all zeros is a valid `sigaction`: no flags, no signals masked, the default action.
    let mut previous: libc::sigaction = unsafe { std::mem::zeroed() };
    // SAFETY: as no new action is given, it only writes the present one to `previous`, which is one.
    if unsafe { libc::sigaction(libc::SIGBUS, ptr::null(), &raw mut previous) } != 0 {
        return None;
    }
    // The handler may be called as soon as it is installed.
    PREVIOUS.set(previous).ok()?;
    // SAFETY: as above.
    let mut action: libc::sigaction = unsafe { std::mem::zeroed() };
    action.sa_sigaction = (handle as extern "C" fn(_, _, _)) as *const () as usize;
    // On the stack that is there for overflows, where a thread has one; and not in the middle of itself.
    action.sa_flags = libc::SA_SIGINFO | libc::SA_ONSTACK;
    // SAFETY: `action` names a function of the form that SA_SIGINFO promises, which may be called at any time: see `handle`.
    let installed = unsafe { libc::sigaction(libc::SIGBUS, &raw const action, ptr::null_mut()) };
    (installed == 0).then_some(())
}

extern "C" fn handle(signal: libc::c_int, info: *mut libc::siginfo_t, context: *mut libc::c_void) {
    // SAFETY: SA_SIGINFO promises that `info` is there, and that it has an address where the system has sent it, which
    // is where its code is positive.
    let address = unsafe { (!info.is_null() && (*info).si_code > 0).then(|| (*info).si_addr().addr()) };
    match address {
        Some(address) if zero_rest(address) => {}
        // Somebody has sent it who need not have; only a fault can't be ignored.
        None if PREVIOUS
            .get()
            .is_some_and(|previous| previous.sa_sigaction == libc::SIG_IGN) => {}
        Some(_) | None => pass_on(signal, info, context),
    }
}

/// Maps zeros from the page of `address` to the end of its map; false if it is in no map of ours.
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
    // SAFETY: these pages are a part of a map of this module, which is not unmapped while something looks at it, as something does
    // now; they stay mapped and readable. Maps end with a page, so nothing behind this one is touched. The call takes no lock
    // of this process and does not allocate in it.
    let mapped = unsafe { libc::mmap(ptr::without_provenance_mut(start), bytes, libc::PROT_READ, flags, -1, 0) };
    place.has_faulted.store(true, Ordering::Release);
    mapped != libc::MAP_FAILED
}

/// Does what would have been done without us.
fn pass_on(signal: libc::c_int, info: *mut libc::siginfo_t, context: *mut libc::c_void) {
    let previous = PREVIOUS.get();
    let action = previous.map_or(libc::SIG_DFL, |previous| previous.sa_sigaction);
    if action == libc::SIG_DFL || action == libc::SIG_IGN {
        // SAFETY: the default action takes effect when this returns: all zeros says it, and both calls are allowed in a handler.
        unsafe {
            let default: libc::sigaction = std::mem::zeroed();
            libc::sigaction(signal, &raw const default, ptr::null_mut());
            libc::raise(signal);
        }
    } else if previous.is_some_and(|previous| previous.sa_flags & libc::SA_SIGINFO != 0) {
        // SAFETY: whoever installed it has promised that it is such a function; it gets what we were given.
        unsafe {
            let handler: extern "C" fn(libc::c_int, *mut libc::siginfo_t, *mut libc::c_void) =
                std::mem::transmute(ptr::without_provenance::<()>(action));
            handler(signal, info, context);
        }
    } else {
        // SAFETY: as above, for the older form.
        unsafe {
            let handler: extern "C" fn(libc::c_int) = std::mem::transmute(ptr::without_provenance::<()>(action));
            handler(signal);
        }
    }
}
