//! The user that the server runs as: PostgreSQL refuses root.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use crate::error::StartError;

/// The users, in this order. The second is the system's user without rights.
pub(crate) const CANDIDATES: [&str; 2] = ["postgres", concat!("no", "body")];

/// The ids of a user.
#[derive(Debug, PartialEq)]
pub(crate) struct User {
    pub(crate) uid: u32,
    pub(crate) gid: u32,
}

impl User {
    /// Returns the user to run as; `None` if this process is not root, which the owner of a folder
    /// shows that it has just made.
    pub(crate) fn to_run_as(folder: &Path) -> Result<Option<Self>, StartError> {
        let owner = fs::metadata(folder)
            .map_err(StartError::system("see whose folder it is"))?
            .uid();
        if owner != 0 {
            return Ok(None);
        }
        let users = fs::read_to_string("/etc/passwd")
            .map_err(StartError::system("read the list of users"))?;
        CANDIDATES
            .iter()
            .find_map(|name| listed(&users, name))
            .map(Some)
            .ok_or(StartError::NoUser)
    }
}

/// A line of the list is `name:password:uid:gid:…`.
fn listed(users: &str, name: &str) -> Option<User> {
    users.lines().find_map(|line| {
        let mut fields = line.split(':');
        let is_the_one = fields.next() == Some(name);
        let mut ids = fields.skip(1).map(str::parse);
        let (uid, gid) = (ids.next()?.ok()?, ids.next()?.ok()?);
        is_the_one.then_some(User { uid, gid })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const USERS: &str = "root:x:0:0:root:/:/bin/sh\n\
                         games:x:65534:65533:games:/usr/games:/usr/sbin/nologin\n\
                         # a comment\n\
                         postgres2:x:7:8::/:\n\
                         postgres:x:101:104:PostgreSQL administrator,,,:/var/lib/postgresql:/bin/bash\n";

    #[test]
    fn a_user_is_found_by_the_whole_name() {
        assert_eq!(listed(USERS, "postgres"), Some(User { uid: 101, gid: 104 }));
        assert_eq!(
            listed(USERS, "games"),
            Some(User {
                uid: 65534,
                gid: 65533
            })
        );
        assert_eq!(listed(USERS, "post"), None);
    }

    #[test]
    fn a_line_that_cannot_be_read_is_no_user() {
        for line in [
            "",
            "postgres",
            "postgres:x",
            "postgres:x:1",
            "postgres:x:one:2",
            "postgres:x:-1:2:",
        ] {
            assert_eq!(listed(line, "postgres"), None, "{line}");
        }
    }
}
