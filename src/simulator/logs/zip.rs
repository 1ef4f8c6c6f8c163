//! Writes a zip archive: deflated files, the central directory, its end (PKWARE's APPNOTE.TXT, 4.3). No folders of their own,
//! no encryption, nothing above 4 GiB.

use std::io::{self, Write};

use flate2::write::DeflateEncoder;
use flate2::{Compression, Crc};

/// The version needed to extract (4.4.3): 2.0, for deflation.
const VERSION: u16 = 20;
/// General purpose bit 11 (4.4.4): names are UTF-8.
const UTF8: u16 = 1 << 11;
/// Compression method 8 (4.4.5): deflated.
const DEFLATED: u16 = 8;
/// 1 January 1980 in the form of MS-DOS (4.4.6).
const DATE: u16 = (1 << 5) | 1;

/// The archive of these files, each a path and its text.
pub(super) fn archive(files: &[(String, &str)]) -> io::Result<Vec<u8>> {
    let (mut bytes, mut directory) = (Vec::new(), Vec::new());
    for (name, text) in files {
        let mut crc = Crc::new();
        crc.update(text.as_bytes());
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(text.as_bytes())?;
        let packed = encoder.finish()?;
        let mut about = Vec::new();
        for number in [VERSION, UTF8, DEFLATED, 0, DATE] {
            about.extend(number.to_le_bytes());
        }
        for number in [crc.sum(), size(packed.len())?, size(text.len())?] {
            about.extend(number.to_le_bytes());
        }
        about.extend(count(name.len())?.to_le_bytes());
        about.extend(0_u16.to_le_bytes());
        let offset = size(bytes.len())?;
        bytes.extend(b"PK\x03\x04");
        bytes.extend(&about);
        bytes.extend(name.as_bytes());
        bytes.extend(&packed);
        directory.extend(b"PK\x01\x02");
        directory.extend(VERSION.to_le_bytes());
        directory.extend(&about);
        // Comment, disk, internal and external attributes.
        directory.extend([0; 10]);
        directory.extend(offset.to_le_bytes());
        directory.extend(name.as_bytes());
    }
    let (files, begin, length) = (count(files.len())?, size(bytes.len())?, size(directory.len())?);
    bytes.extend(&directory);
    bytes.extend(b"PK\x05\x06\0\0\0\0");
    bytes.extend(files.to_le_bytes());
    bytes.extend(files.to_le_bytes());
    bytes.extend(length.to_le_bytes());
    bytes.extend(begin.to_le_bytes());
    bytes.extend(0_u16.to_le_bytes());
    Ok(bytes)
}

fn size(length: usize) -> io::Result<u32> {
    u32::try_from(length).map_err(io::Error::other)
}

fn count(number: usize) -> io::Result<u16> {
    u16::try_from(number).map_err(io::Error::other)
}
