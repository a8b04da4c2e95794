/// One file of the built interface.
pub(crate) struct File {
    /// Its path below the root, such as `assets/index-1a2b.js`.
    pub(crate) name: &'static str,
    pub(crate) bytes: &'static [u8],
    /// The same, compressed when it was built; absent for what does not shrink.
    pub(crate) br: Option<&'static [u8]>,
    pub(crate) gz: Option<&'static [u8]>,
}

/// Everything that was built; empty when nothing was.
pub(crate) const FILES: &[File] = include!(concat!(env!("OUT_DIR"), "/files.rs"));

/// The file of that name.
pub(crate) fn find(name: &str) -> Option<&'static File> {
    FILES.iter().find(|file| file.name == name)
}

impl File {
    /// The best form that the caller reads, and the name of its encoding.
    pub(crate) fn for_encodings(&self, accepted: &str) -> (&'static [u8], Option<&'static str>) {
        let reads = |encoding: &str| accepted.split(',').any(|one| one.trim() == encoding);
        match (self.br, self.gz) {
            (Some(bytes), _) if reads("br") => (bytes, Some("br")),
            (_, Some(bytes)) if reads("gzip") => (bytes, Some("gzip")),
            _ => (self.bytes, None),
        }
    }

    /// What a browser is told that it is.
    pub(crate) fn content_type(&self) -> &'static str {
        match self.name.rsplit_once('.').map_or("", |(_, extension)| extension) {
            "html" => "text/html; charset=utf-8",
            "js" => "text/javascript; charset=utf-8",
            "css" => "text/css; charset=utf-8",
            "svg" => "image/svg+xml",
            "woff2" => "font/woff2",
            "json" => "application/json",
            _ => "application/octet-stream",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_smallest_form_that_the_caller_reads_is_sent() {
        let file = File { name: "a.js", bytes: b"plain", br: Some(b"br"), gz: Some(b"gz") };
        assert_eq!(file.for_encodings("gzip, deflate, br"), (b"br".as_slice(), Some("br")));
        assert_eq!(file.for_encodings("gzip"), (b"gz".as_slice(), Some("gzip")));
        assert_eq!(file.for_encodings(""), (b"plain".as_slice(), None));
        // A weight of its own is not worth a parser: the plain form is always right.
        assert_eq!(file.for_encodings("br;q=0"), (b"plain".as_slice(), None));
        let font = File { br: None, gz: None, name: "a.woff2", ..file };
        assert_eq!(font.for_encodings("gzip, br"), (b"plain".as_slice(), None));
        assert_eq!(font.content_type(), "font/woff2");
    }
}
