//! System calls by their numbers, for attempts that no library offers. The only `unsafe` code outside `sandbox::linux`.
#![allow(unsafe_code, reason = "each attempt is a system call with plain numbers, or pointers to values that outlive it")]

use std::io;

/// Makes a system call; every pointer in `arguments` must be null or lead to something that is alive and large enough.
fn call(number: i64, arguments: [usize; 6]) -> io::Result<i64> {
    let [a, b, c, d, e, f] = arguments;
    // SAFETY: see above; only the functions of this file call it, with what they own.
    let answer = unsafe { libc::syscall(number, a, b, c, d, e, f) };
    if answer < 0 { Err(io::Error::last_os_error()) } else { Ok(answer) }
}

/// With numbers only.
pub fn plain(number: i64, arguments: &[usize]) -> io::Result<i64> {
    let mut all = [0; 6];
    all[..arguments.len()].copy_from_slice(arguments);
    call(number, all)
}

/// Ends a process that was made here by `clone`.
pub fn leave(status: i32) -> ! {
    // SAFETY: _exit takes any value and touches no memory.
    unsafe { libc::_exit(status) }
}

/// With one text, as the argument at `position`, and numbers for the rest.
pub fn with_text(number: i64, text: &str, position: usize, arguments: &[usize]) -> io::Result<i64> {
    let text = std::ffi::CString::new(text)?;
    let mut all = [0; 6];
    all[..arguments.len()].copy_from_slice(arguments);
    all[position] = text.as_ptr().addr();
    call(number, all)
}

/// With a zeroed buffer of 4096 bytes as the argument at `position`.
pub fn with_buffer(number: i64, position: usize, arguments: &[usize]) -> io::Result<(i64, Vec<u8>)> {
    let mut buffer = vec![0_u8; 4096];
    let mut all = [0; 6];
    all[..arguments.len()].copy_from_slice(arguments);
    all[position] = buffer.as_mut_ptr().addr();
    Ok((call(number, all)?, buffer))
}

/// Reads from another process's memory.
pub fn read_memory(process: usize, from: usize) -> io::Result<i64> {
    let mut byte = 0_u8;
    let local = libc::iovec { iov_base: (&raw mut byte).cast(), iov_len: 1 };
    let remote = libc::iovec { iov_base: std::ptr::without_provenance_mut(from), iov_len: 1 };
    call(libc::SYS_process_vm_readv, [process, (&raw const local).addr(), 1, (&raw const remote).addr(), 1, 0])
}

/// Opens a file by its handle instead of its path, as the directory `mount` is on the same file system.
pub fn open_by_handle(path: &str, mount: usize) -> io::Result<i64> {
    let path = std::ffi::CString::new(path)?;
    let (mut handle, mut id) = ([0_u32; 64], 0_i32);
    handle[0] = 128;
    call(libc::SYS_name_to_handle_at, [at_cwd(), path.as_ptr().addr(), handle.as_mut_ptr().addr(), (&raw mut id).addr(), 0, 0])?;
    call(libc::SYS_open_by_handle_at, [mount, handle.as_mut_ptr().addr(), 0, 0, 0, 0])
}

fn at_cwd() -> usize {
    isize::try_from(libc::AT_FDCWD).unwrap().cast_unsigned()
}
