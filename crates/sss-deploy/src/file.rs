//! Files of the user. They are read as text and replaced as a whole.
//!
//! Every command reads and writes its files here, so all have the same two properties:
//!
//! - A text is UTF-8. Windows editors also write a byte order mark, which is removed, and UTF-16, which is
//!   refused by name.
//! - A write is complete or does not happen: the new content is in a hidden file beside the old one, which is
//!   renamed over it when it is on the disk. A link stays a link, and permissions stay.

use std::{
    ffi::OsString,
    fs::{self, File},
    io::{self, BufRead, Read, Write},
    path::{Path, PathBuf},
};

/// The most MiB of a text that people or their tools write: a stack of four thousand services has half of it.
const MOST_OF_A_TEXT: u64 = 1;

/// The most MiB of a file that this program wrote: an account of the sandbox, or a saved plan.
const MOST_OF_OWN: u64 = 32;

/// Reads a file in UTF-8, without its byte order mark. Line ends stay as they are.
///
/// # Errors
///
/// The file cannot be read, it is larger than 1 MiB, or it has another encoding. The error then names the
/// encoding, as far as it can be told, and the line.
pub(crate) fn read(path: &Path) -> io::Result<String> {
    decoded(limited(File::open(path)?, MOST_OF_A_TEXT)?)
}

/// Reads a file that this program wrote, like [`read`]. It may have 32 MiB.
///
/// # Errors
///
/// Those of [`read`].
pub(crate) fn read_own(path: &Path) -> io::Result<String> {
    decoded(limited(File::open(path)?, MOST_OF_OWN)?)
}

/// Reads standard input as a text of at most 1 MiB.
///
/// # Errors
///
/// The input cannot be read, or it is larger.
pub(crate) fn read_input() -> io::Result<Vec<u8>> {
    limited(io::stdin().lock(), MOST_OF_A_TEXT)
}

/// Reads the next line of a text, of at most 1 MiB. `None` at the end.
///
/// # Errors
///
/// The text cannot be read, the line is larger, or it is not UTF-8.
pub(crate) fn read_line(text: &mut impl BufRead) -> io::Result<Option<String>> {
    let mut line = Vec::new();
    text.by_ref().take((MOST_OF_A_TEXT << 20) + 1).read_until(b'\n', &mut line)?;
    if line.is_empty() {
        return Ok(None);
    }
    decoded(limited(line.as_slice(), MOST_OF_A_TEXT)?).map(Some)
}

/// Reads all bytes, up to a number of MiB. So a wrong path to a huge file is an error at once.
fn limited(source: impl Read, most: u64) -> io::Result<Vec<u8>> {
    let most_bytes = most << 20;
    let mut bytes = Vec::new();
    source.take(most_bytes + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most_bytes {
        let message = format!("it is larger than {most} MiB, and such a file never is; check the path");
        return Err(io::Error::new(io::ErrorKind::InvalidData, message));
    }
    Ok(bytes)
}

/// Returns the bytes as text.
fn decoded(bytes: Vec<u8>) -> io::Result<String> {
    let text = String::from_utf8(bytes).map_err(|error| {
        let message = foreign(error.as_bytes(), error.utf8_error().valid_up_to());
        io::Error::new(io::ErrorKind::InvalidData, message)
    })?;
    if looks_like_utf16(text.as_bytes()) {
        return Err(io::Error::new(io::ErrorKind::InvalidData, UTF_16));
    }
    Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
}

/// The end of the message for a file in UTF-16.
const UTF_16: &str = "it is UTF-16; save it as UTF-8";

/// Describes the encoding of a text that is UTF-8 up to a byte. Lines count from 1.
fn foreign(bytes: &[u8], valid: usize) -> String {
    if looks_like_utf16(bytes) {
        return UTF_16.to_owned();
    }
    let line = bytes[..valid].split(|byte| *byte == b'\n').count();
    format!("it is not UTF-8, from line {line} on; save it as UTF-8")
}

/// Returns whether the bytes begin with the mark of UTF-16, or with an ASCII letter in two bytes.
///
/// UTF-16 may come without a mark. TOML and JSON usually begin with an ASCII character.
fn looks_like_utf16(bytes: &[u8]) -> bool {
    matches!(bytes, [0xff, 0xfe, ..] | [0xfe, 0xff, ..] | [0, 1..=0x7f, ..] | [1..=0x7f, 0, ..])
}

/// Replaces the content of a file.
///
/// # Guarantees
///
/// A reader sees the old content or the new content, never a part. A full disk leaves the old content in
/// place.
///
/// Devices and pipes are written in place: there is nothing to rename over.
///
/// # Errors
///
/// The folder cannot be written, or the disk is full. Nothing is left behind.
pub(crate) fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let kept = fs::metadata(path).ok();
    if kept.as_ref().is_some_and(|kept| !kept.is_file()) {
        return fs::write(path, bytes);
    }
    // A link stays, and the file behind it is replaced.
    let target = if kept.is_some() { fs::canonicalize(path)? } else { path.to_owned() };

    let beside = beside(&target, &std::process::id().to_string());
    let written = write(&beside, bytes, kept.map(|kept| kept.permissions()))
        .and_then(|()| fs::rename(&beside, &target));

    if written.is_err() {
        // The first error is the one to report.
        drop(fs::remove_file(&beside));
    }
    written
}

/// Writes a new file to the disk, with the permissions of the old one.
fn write(path: &Path, bytes: &[u8], permissions: Option<fs::Permissions>) -> io::Result<()> {
    let mut file = File::create(path)?;
    file.write_all(bytes)?;
    permissions.map_or(Ok(()), |permissions| file.set_permissions(permissions))?;
    file.sync_all()
}

/// Returns the path of a hidden file next to another file: `.NAME.SUFFIX`.
///
/// It is in the same folder, because a rename is atomic within one file system only.
pub(crate) fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(".");
    name.push(suffix);
    path.with_file_name(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bytes: &[u8], expected: Result<&str, &str>) {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("sss.toml");
        fs::write(&path, bytes).expect("a file");
        let read = read(&path).map_err(|error| error.to_string());
        assert_eq!(read.as_deref().map_err(String::as_str), expected, "{bytes:?}");
    }

    #[test]
    fn text_is_utf8_with_or_without_a_mark() {
        check(b"a = 1\r\n", Ok("a = 1\r\n"));
        check("\u{feff}ä = 1".as_bytes(), Ok("ä = 1"));
        check(b"", Ok(""));
    }

    #[test]
    fn huge_text_is_refused_before_it_is_read() {
        let larger = "it is larger than 1 MiB, and such a file never is; check the path";
        check(&vec![b'#'; (1 << 20) + 1], Err(larger));
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("sss.sandbox.json");
        File::create(&path).and_then(|file| file.set_len(1 << 40)).expect("a file");
        assert!(read_own(&path).expect_err("a huge file").to_string().contains("larger than 32 MiB"));

        let mut lines: &[u8] = b"{}\n[]";
        assert_eq!(read_line(&mut lines).expect("a line").as_deref(), Some("{}\n"));
        assert_eq!(read_line(&mut lines).expect("a line").as_deref(), Some("[]"));
        assert_eq!(read_line(&mut lines).expect("the end"), None);
        assert!(read_line(&mut vec![b'a'; 2 << 20].as_slice()).is_err());
    }

    #[test]
    fn other_encodings_are_reported() {
        let wide = |swap: bool| -> Vec<u8> {
            let units = "name = \"ä\"".encode_utf16();
            units.flat_map(|unit| if swap { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect()
        };
        for swap in [false, true] {
            let mark = if swap { [0xfe, 0xff] } else { [0xff, 0xfe] };
            check(&wide(swap), Err(UTF_16));
            check(&[&mark, wide(swap).as_slice()].concat(), Err(UTF_16));
        }
        check(b"a = 1\nb = \"\xe4\"", Err("it is not UTF-8, from line 2 on; save it as UTF-8"));
    }

    #[test]
    fn replaced_file_is_complete_and_alone() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("w.json");
        replace(&path, b"one").expect("a new file");
        replace(&path, b"two").expect("a replaced file");
        assert_eq!(fs::read(&path).expect("the file"), b"two");
        assert_eq!(fs::read_dir(folder.path()).expect("the folder").count(), 1);
        assert!(replace(&folder.path().join("none").join("w.json"), b"").is_err());
        assert!(replace(folder.path(), b"").is_err());
    }

    #[cfg(unix)]
    #[test]
    fn link_and_permissions_stay() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let folder = tempfile::tempdir().expect("a folder");
        let (path, link) = (folder.path().join("w.json"), folder.path().join("link.json"));
        fs::write(&path, "one").expect("a file");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).expect("permissions");
        symlink("w.json", &link).expect("a link");
        replace(&link, b"two").expect("a replaced file");
        assert!(fs::symlink_metadata(&link).expect("the link").is_symlink());
        let kept = fs::metadata(&path).expect("the file").permissions().mode() & 0o777;
        assert_eq!((fs::read(&path).expect("the file").as_slice(), kept), (&b"two"[..], 0o640));
    }
}
