//! What stands around every page: header bar, menu, notice, footer.

use minutes::record::Role;
use minutes::words;

#[derive(Debug, Clone, Default)]
pub struct Frame {
    pub partnership: String,
    pub person: Option<SignedIn>,
    pub menu: Vec<MenuLink>,
    /// Said once, above the page: "The meeting has been created."
    pub notice: Option<String>,
    pub footer: Vec<Link>,
    /// Nothing written is stored just now; whoever looks at any page is told.
    pub storage_failing: bool,
}

#[derive(Debug, Clone)]
pub struct SignedIn {
    pub name: String,
    pub role: String,
}

#[derive(Debug, Clone)]
pub struct Link {
    pub href: String,
    pub text: String,
}

#[derive(Debug, Clone)]
pub struct MenuLink {
    pub href: String,
    pub text: String,
    pub current: bool,
}

impl Frame {
    /// For somebody who is not signed in.
    pub fn public(partnership: &str) -> Self {
        Self { partnership: partnership.to_owned(), ..Self::default() }
    }

    pub fn for_person(partnership: &str, name: &str, role: Role) -> Self {
        let person = SignedIn { name: name.to_owned(), role: words::role(role).to_owned() };
        Self { person: Some(person), ..Self::public(partnership) }
    }

    /// Adds a link to the menu under the header bar.
    pub fn with_menu(mut self, href: &str, text: &str) -> Self {
        self.menu.push(MenuLink { href: href.to_owned(), text: text.to_owned(), current: false });
        self
    }

    /// Marks the menu's link to this page.
    pub fn at(mut self, href: &str) -> Self {
        for link in &mut self.menu {
            link.current = link.href == href;
        }
        self
    }

    pub fn with_footer(mut self, href: &str, text: &str) -> Self {
        self.footer.push(Link { href: href.to_owned(), text: text.to_owned() });
        self
    }

    pub fn with_notice(mut self, notice: &str) -> Self {
        self.notice = Some(notice.to_owned());
        self
    }
}

/// "1 child", "2 children", "no children".
pub fn count(number: usize, one: &str, many: &str) -> String {
    match number {
        0 => format!("no {many}"),
        1 => format!("1 {one}"),
        _ => format!("{number} {many}"),
    }
}

/// "Ada", "Ada and Ben", "Ada, Ben and Cy".
pub fn listed(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// "84 KB", as people say it.
pub fn size(bytes: u64) -> String {
    const KB: u64 = 1000;
    const MB: u64 = 1000 * KB;
    if bytes < KB {
        format!("{bytes} bytes")
    } else if bytes < MB {
        format!("{} KB", bytes.div_ceil(KB))
    } else {
        format!("{}.{} MB", bytes / MB, bytes % MB / (MB / 10))
    }
}

/// The first sixteen characters of a digest: enough to compare by eye.
pub fn short(sha256: &str) -> String {
    sha256.chars().take(16).collect()
}
