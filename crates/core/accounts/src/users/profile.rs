use super::Email;

const NAME_MAX_CHARS: usize = 255;
const ADDRESS_MAX_BYTES: usize = 2_048;

/// What an identity provider says about a person.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Profile {
    pub(crate) email: Option<Email>,
    pub(crate) name: Option<String>,
    pub(crate) avatar_url: Option<String>,
}

impl Profile {
    /// Takes what can be kept: what is no address, empty or too long counts as not said.
    pub(crate) fn of(email: Option<&str>, name: Option<&str>, avatar_url: Option<&str>) -> Self {
        Self {
            email: email.and_then(|text| Email::parse(text).ok()),
            name: name.map(cleaned).filter(|name| !name.is_empty()),
            avatar_url: avatar_url.filter(|address| is_picture_address(address)).map(str::to_owned),
        }
    }
}

fn cleaned(name: &str) -> String {
    let printable = name.chars().filter(|letter| !letter.is_control());
    printable.take(NAME_MAX_CHARS).collect::<String>().trim().to_owned()
}

/// A browser will load it: never a `javascript:` or `data:` address.
fn is_picture_address(address: &str) -> bool {
    let plain = |letter: char| letter.is_ascii_graphic();
    address.starts_with("https://") && address.len() <= ADDRESS_MAX_BYTES && address.chars().all(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_can_be_kept_is_kept() {
        let kept = Profile::of(Some("a@b.c"), Some(" Ann\0 Lee "), Some("https://img.example.com/a.png"));
        assert_eq!(kept.email.unwrap().text(), "a@b.c");
        assert_eq!(kept.name.as_deref(), Some("Ann Lee"));
        assert_eq!(kept.avatar_url.as_deref(), Some("https://img.example.com/a.png"));
        assert_eq!(Profile::of(Some("none"), Some(" \n"), Some("javascript:alert(1)")), Profile::default());
        assert_eq!(Profile::of(None, Some(&"x".repeat(999)), None).name.unwrap().len(), NAME_MAX_CHARS);
    }
}
