//! JSON over several lines, with its keys in their order and its numbers as they are written.

use serde_json::Value;

/// Formats JSON; other texts stay as they are.
pub(super) fn pretty(text: &str) -> String {
    if serde_json::from_str::<Value>(text).is_err() {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len() * 2);
    let (mut depth, mut is_string, mut is_escaped) = (0_usize, false, false);
    for c in text.chars() {
        if is_string {
            out.push(c);
            is_string = is_escaped || c != '"';
            is_escaped = c == '\\' && !is_escaped;
            continue;
        }
        match c {
            '{' | '[' => {
                depth += 1;
                out.push(c);
                line(&mut out, depth);
            }
            '}' | ']' => {
                depth = depth.saturating_sub(1);
                let beginning = out.trim_end().len();
                out.truncate(beginning);
                // What is empty stays on its line.
                if !out.ends_with(['{', '[']) {
                    line(&mut out, depth);
                }
                out.push(c);
            }
            ',' => {
                out.push(c);
                line(&mut out, depth);
            }
            ':' => out.push_str(": "),
            c if c.is_whitespace() => {}
            c => {
                is_string = c == '"';
                out.push(c);
            }
        }
    }
    out
}

fn line(out: &mut String, depth: usize) {
    out.push('\n');
    out.extend(std::iter::repeat_n("  ", depth));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_keep_their_order_and_numbers_their_digits() {
        let text = r#"{"b":"x, {\"y\": [1]}\\","a":[1.50,{"c":{}},[]],"d":44000.00,"e":null}"#;
        let expected = "{\n  \"b\": \"x, {\\\"y\\\": [1]}\\\\\",\n  \"a\": [\n    1.50,\n    {\n      \"c\": {}\n    },\n    []\n  ],\n  \"d\": 44000.00,\n  \"e\": null\n}";
        assert_eq!(pretty(text), expected);
        assert_eq!(pretty(&pretty(text)), expected, "it is pretty already");
    }

    #[test]
    fn what_is_no_json_stays_as_it_is() {
        for text in ["", "OK", "{\"half\": ", "<html>\n</html>"] {
            assert_eq!(pretty(text), text);
        }
    }
}
