//! Files that appear whole or not at all, whatever ends the program.
use std::io::{self, Write};
use std::path::Path;

/// How a file is called while it is being written.
const PART: &str = ".part-";

/// Writes a file by way of a temporary one in the same folder, so that no reader sees half of it.
///
/// # Errors
/// Where it cannot be written.
pub fn atomically(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = part(path)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist(path)?;
    #[cfg(unix)]
    std::fs::File::open(folder(path))?.sync_all()?;
    Ok(())
}

/// Whether a file could be written, found out before the work whose result it will hold.
///
/// # Errors
/// Where it could not.
pub fn writable(path: &Path) -> io::Result<()> {
    if path.is_dir() {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    part(path).map(|_| ())
}

/// The folder of a file.
fn folder(path: &Path) -> &Path {
    path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// A temporary file beside a file to be, gone unless it takes that name.
fn part(path: &Path) -> io::Result<tempfile::NamedTempFile> {
    std::fs::create_dir_all(folder(path))?;
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // As any other new file: the umask decides, not the privacy of temporary files.
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    builder.prefix(PART).tempfile_in(folder(path))
}

/// Removes what a killed program left half written in a folder by [`atomically`]; nothing if there is no such folder.
///
/// # Errors
/// Where the folder cannot be read or a file not removed.
pub fn sweep(folder: &Path) -> io::Result<()> {
    if !folder.is_dir() {
        return Ok(());
    }
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_name().to_string_lossy().starts_with(PART) && entry.file_type()?.is_file() {
            std::fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_appear_whole_and_half_written_ones_are_swept() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a/b.csv");
        atomically(&path, b"one").unwrap();
        atomically(&path, b"two").unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"two");
        let below = path.parent().unwrap();
        writable(&path).unwrap();
        assert!(writable(below).is_err() && writable(&path.join("c.csv")).is_err());
        std::fs::write(below.join(".part-x1"), b"tw").unwrap();
        sweep(below).unwrap();
        assert_eq!(std::fs::read_dir(below).unwrap().count(), 1);
        sweep(&folder.path().join("nowhere")).unwrap();
    }
}
