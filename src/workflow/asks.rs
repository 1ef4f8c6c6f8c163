//! Whether a reviewer's words ask for anything. In doubt they do.

use super::comment::{Kind, lines, shown};
use crate::specification;

/// Words of praise, thanks and assent, in the languages in which reviews are written most: a comment of nothing else asks for nothing.
const IDLE: &str = "\
    lgtm looks good great nice thanks thank you thx ty to me ok okay done agreed agree i makes sense cool perfect \
    excellent awesome amazing brilliant love loving it this yes yep yeah yup sure fine now very so much well job catch point all \
    ship neat super really that that's it's works for fair enough nvm never mind like approved approve correct right exactly indeed \
    understood noted acknowledged ack got wow welcome absolutely definitely solid here danke schön vielen dank sehr gut sieht aus \
    passt prima klasse merci beaucoup parfait très bien bon travail gracias perfecto muy obrigado obrigada perfeito grazie mille \
    perfetto ottimo bene bedankt mooi goed dzięki dziękuję świetnie tack bra 谢谢 很好 不错 好的 ありがとう ありがとうございます いいですね 了解です 감사합니다 좋아요 \
    спасибо отлично";

/// Whether a comment's own words ask for something, or are more than praise and assent.
pub fn for_something(comment: &str) -> bool {
    if !specification::suggestions(comment).is_empty() {
        return true;
    }
    let own = own_words(comment);
    if own.contains('?') {
        return true;
    }
    let words = words(&own);
    !words.iter().all(|word| IDLE.split_whitespace().any(|idle| idle == word))
}

/// Whether a review's words only lead to its comments, as in "A few comments inline".
pub fn points_to_threads(words_of_review: &str) -> bool {
    const LEADS: [&str; 9] = ["comment", "comments", "inline", "below", "nit", "nits", "suggestion", "suggestions", "remarks"];
    let words = words(&own_words(words_of_review));
    words.len() <= 14 && words.iter().any(|word| LEADS.contains(&word.as_str()))
}

fn own_words(comment: &str) -> String {
    let comment = shown(comment);
    let own: Vec<&str> =
        lines(&comment).into_iter().filter(|(_, _, kind)| matches!(kind, Kind::Own | Kind::Fenced)).map(|(_, line, _)| line).collect();
    own.join("\n")
}

/// In small letters, without the names of emoji, pictures and what is not written in letters.
fn words(text: &str) -> Vec<String> {
    let text = without_pictures(&text.to_lowercase().replace('’', "'"));
    let words = text.split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '!' | '.'));
    let emoji = |word: &str| word == "+1" || word.len() > 2 && word.starts_with(':') && word.ends_with(':');
    let bare = |word: &str| word.trim_matches(|c: char| !c.is_alphanumeric()).to_owned();
    words.filter(|word| !emoji(word)).map(bare).filter(|word| !word.is_empty()).collect()
}

/// `![a cat](https://…)` says nothing.
fn without_pictures(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("![") {
        out.push_str(before);
        rest = after.split_once("](").and_then(|(_, address)| address.split_once(')')).map_or("", |(_, behind)| behind);
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn praise_thanks_and_assent_ask_for_nothing() {
        for comment in [
            "",
            "  \n",
            "LGTM",
            "lgtm!",
            "LGTM 👍",
            "👍",
            "🎉🎉🎉",
            ":+1:",
            "+1",
            ":tada: :rocket:",
            "Nice!",
            "Nice catch.",
            "Great point",
            "Thanks!",
            "Thank you so much",
            "thx",
            "Looks good to me.",
            "looks great, thanks",
            "Makes sense.",
            "Ok",
            "Okay, got it",
            "Done.",
            "Agreed",
            "I agree",
            "Perfect",
            "That works for me",
            "Yes",
            "Yep, that's right",
            "Never mind",
            "nvm",
            "Fair enough.",
            "Love it",
            "Ship it!",
            "Approved",
            "Exactly.",
            "Danke!",
            "Sieht gut aus",
            "Vielen Dank",
            "Merci beaucoup",
            "Très bien",
            "Gracias",
            "Muy bien",
            "Obrigado!",
            "Grazie mille",
            "Bedankt",
            "Dzięki!",
            "谢谢",
            "很好",
            "ありがとうございます",
            "Спасибо",
            "> Rename this, please.\n\nAgreed.",
            "> Why so?",
            "Thanks!\n\n-- \nGrace",
            "Sent from my phone",
            "![image](https://example.org/cat.gif)",
        ] {
            assert!(!for_something(comment), "{comment:?}");
        }
    }

    #[test]
    fn whatever_may_be_a_wish_is_one() {
        for comment in [
            "Rename it.",
            "nit: typo",
            "Why?",
            "Nice, but rename it.",
            "LGTM, though this could be `const`",
            "Please add a test",
            "typo",
            "s/foo/bar/",
            "This is wrong",
            "Hm.",
            "Are you sure",
            "Clean this",
            "Not good",
            "Looks good except for the name",
            "```suggestion\nx\n```",
            "TODO?",
            "-1",
            "Bitte umbenennen",
            "Warum?",
            "No",
            "Nope.",
            "Ok?",
            "thanks, one more thing: log it",
            "`x`",
            "See #12",
            "Use the helper",
            "?",
            "same here too",
            "I would do this otherwise",
            "```rust\nlet a = 1;\n```",
        ] {
            assert!(for_something(comment), "{comment:?}");
        }
    }

    #[test]
    fn words_that_only_lead_to_the_comments_are_no_wish_of_their_own() {
        for words in ["Some comments inline.", "A few nits", "See my comments below", "Left some suggestions."] {
            assert!(points_to_threads(words), "{words}");
        }
        for words in [
            "Please log every error.",
            "Rename the module, and see the other review as it says much more about what is meant by all of this.",
        ] {
            assert!(!points_to_threads(words), "{words}");
        }
    }
}
