//! What the words that lead to a block say of it: that it is a part of its file, or that it only shows something.

use crate::specification::document::Fence;
use crate::specification::pattern::Pattern;

/// The last sentence before a block and the name of its file, if it is one that leads to the block.
fn sentence(fence: &Fence, named_before: bool) -> &str {
    let line = if named_before { &fence.before } else { &fence.preceding };
    let line = line.trim();
    let apart = line.starts_with(['#', '|', '>', '<']) || line.starts_with("```") || line.starts_with("~~~");
    if apart || line.len() > 600 {
        return "";
    }
    let start = [". ", "! ", "? ", "。", "；", "; "].iter().filter_map(|end| line.rfind(end).map(|at| at + end.len())).max();
    start.and_then(|start| line.get(start..)).filter(|last| !last.trim().is_empty()).unwrap_or(line)
}

/// The words, where they say that the block is a part of its file: a place in it, or something that is added to it.
pub fn of_a_part(fence: &Fence, named_before: bool) -> Option<&str> {
    // A place in a file, or words of adding that mean no whole file.
    static PLACE: Pattern = Pattern::new(
        r"(?ix)
          \b(?:to|at|on|near|onto)\ (?:the\ )?(?:very\ )?(?:end|bottom|top|beginning|start|head|tail)(?:\ of\b|\W*$|\W*`)
        | \b(?:after|before|below|above|under|beneath|between|following|around|from|at|on|in)\ (?:the\ )?lines?\ (?:\d|`)
        | \blines?\ \d+\b.{0,60}\b(?:becomes?|is|are|to|with)\b | \breplace\ (?:the\ )?(?:lines?|function|method|class|body|block|section|part)\b
        | ^\W*(?:\d+[.)]\s*)?(?:\W{0,4}(?:then|next|now|and|finally)\W+)?(?:append|prepend|insert|inject)\b
        | \badd\b.{0,40}\b(?:this|these|the\ following|following)\b(?:\ (?:new|two|three|four))?(?:\ (?:lines?|code|functions?|methods?|imports?|tests?|fields?|entry|entries|cases?|import|helper|snippet|block|section|rules?|options?|routes?))*\ (?:to|in|into|inside|after|before|above|below|under)\b
        | \b(?:ans|am)\ (?:ende|anfang|schluss)\b | \b(?:nach|vor|unter|über|in)\ zeile\ \d | \bfüge?\b.{1,80}\b(?:hinzu|ein|an)\b
        | \bà\ la\ fin\b | \bau\ début\b | \b(?:après|avant)\ la\ ligne\b | \b(?:ajoute[rz]?|insère|insére[rz])\b
        | \bal\ (?:final|principio|comienzo)\b | \b(?:después|antes)\ de\ la\ línea\b | \b(?:añad(?:e|ir|a)|agreg(?:a|ar|ue)|insert(?:a|ar|e))\b
        | \b(?:no|ao)\ (?:final|fim|início|começo)\b | \b(?:após|antes\ da|depois\ da)\ (?:a\ )?linha\b | \b(?:adicion[ea]r?|acrescent[ea]r?|insira|inserir)\b
        | \b(?:alla\ fine|all['’]inizio|in\ fondo)\b | \b(?:dopo|prima\ del)\ la\ riga\b | \b(?:aggiung(?:i|ere)|inserisci|inserire)\b
        | \baan\ het\ (?:einde|begin)\b | \b(?:na|voor)\ regel\ \d | \bvoeg\b.{1,80}\btoe\b
        | \bna\ (?:końcu|koniec|początku|początek)\b | \b(?:po|przed)\ lini(?:i|ą)\b | \b(?:dodaj|dopisz|wstaw)\b
        | \b(?:в|на)\ (?:конец|конце|начало|начале)\b | \b(?:после|перед)\ строк | \b(?:добавь|добавьте|добавить|вставь|вставьте)\b
        | \b(?:в|у)\ (?:кінець|кінці|початок)\b | \b(?:після|перед)\ рядк | \b(?:додай|додайте|додати|встав)\b
        | \bsonuna\b | \bbaşına\b | \bsatır(?:ından|dan)\ sonra\b | \bekle(?:yin)?\b
        | 末尾|结尾|結尾|开头|開頭|追加|插入|添加到|加到|加入到|行之?[后後前]|挿入|先頭に|끝에|맨\ 위|추가|삽입",
    );
    // Something in a file, where the words lead to a block with a colon.
    static SOMETHING: Pattern = Pattern::new(
        r"(?i)\badd\b.{1,80}\b(?:to|in|into|inside|within)\b.{1,80}[:：]$|\b(?:change|update|modify|extend)\b.{1,60}\b(?:function|method|class|line|import|block|section|constant|case|field|body)\b.{0,80}[:：]$",
    );
    // The whole file is meant, whatever is said of its parts.
    static WHOLE: Pattern = Pattern::new(
        r"(?i)\b(?:whole|full|entire|complete|in full|new (?:empty )?files?|files? (?:with|as)|ganze[nrms]?|vollständig\w*|complet\w*|entier|entero|inteiro|intero|volledig\w*|cał\w*|цел\w+|полн\w+|повн\w+|tamam\w*)\b|完整|整个|整個|全体|全文|전체",
    );
    let said = sentence(fence, named_before);
    let part = PLACE.is_in(said) || SOMETHING.is_in(said) && !is_title(said);
    (part && !WHOLE.is_in(said)).then_some(said)
}

/// The words, where they say that the block is what is there already or what must not be, and nothing to write.
pub fn of_something_shown(fence: &Fence, named_before: bool) -> Option<&str> {
    static SHOWN: Pattern = Pattern::new(
        r"(?ix)
          \b(?:looks?|is|reads?|was|look|are)\ (?:currently\ |now\ |today\ )?(?:like\ (?:this|so)|as\ follows|this)\b.{0,30}\b(?:today|currently|now|at\ present|right\ now|at\ the\ moment|before|so\ far)\b
        | \b(?:currently|today|at\ present|right\ now|at\ the\ moment|so\ far)\b.{0,50}(?:\blooks?\b|\breads?\b|\bis\b|\bcontains?\b|\bhas\b|\bhave\b|[:：]$)
        | ^\W*(?:the\ )?(?:current|existing|old|present|original|today's)\ (?:code|file|version|content|contents|text|state|implementation|form)\b[^.]{0,40}[:：]$
        | \b(?:do\ not|don't|don’t|never|must\ not|should\ not|shouldn't|avoid|instead\ of|rather\ than|not\ like)\b[^.]{0,30}\b(?:write|writing|do|doing|this|that|like)\b[^.]{0,40}[:：]$
        | ^\W*(?:wrong|bad|incorrect|anti-?pattern|counter-?example|for\ reference|reference\ only|for\ illustration|as\ an\ illustration)\b[^.]{0,40}[:：]$
        | \b(?:sieht|lautet|ist)\b.{0,30}\b(?:heute|derzeit|aktuell|momentan|bisher|jetzt)\b | ^\W*(?:heute|derzeit|aktuell|bisher)\b.{0,30}[:：]$ | \bnicht\ so\b.{0,20}[:：]$
        | \bactuellement\b.{0,40}[:：]$ | \bactualmente\b.{0,40}[:：]$ | \batualmente\b.{0,40}[:：]$ | \battualmente\b.{0,40}[:：]$ | \b(?:momenteel|nu\ nog)\b.{0,40}[:：]$
        | \b(?:obecnie|teraz\ jest)\b.{0,40}[:：]$ | (?:сейчас|зараз|ныне)\b.{0,40}[:：]$ | \b(?:şu\ anda|şimdiki)\b.{0,40}[:：]$
        | (?:目前|现在|現在|当前|當前|现有).{0,20}[:：]$ | 現在.{0,30}[:：。]$ | 현재.{0,30}[:：]$ | (?:不要|请勿|しないで|하지\ 마).{0,20}[:：]$",
    );
    let said = sentence(fence, named_before);
    SHOWN.is_in(said).then_some(said)
}

/// An item's own words are its title, and titles are short for more than they say.
fn is_title(said: &str) -> bool {
    let digits = said.trim_start_matches(|c: char| c.is_ascii_digit());
    said.starts_with(['-', '*', '+']) || digits.len() < said.len() && digits.starts_with(['.', ')'])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::specification::document::fences;

    fn said(lead: &str) -> (bool, bool) {
        let text = format!("{lead}\n\n`src/a.js`\n\n```js\none();\n```\n");
        let fence = fences(&text).remove(0);
        (of_a_part(&fence, true).is_some(), of_something_shown(&fence, true).is_some())
    }

    #[test]
    fn words_before_a_block_tell_of_a_part_of_a_file() {
        for part in [
            "Add to the end of `src/a.js`:",
            "Add at the top:",
            "Insert after line 2:",
            "First the parser. Then append this:",
            "Add this function to `src/a.js`:",
            "Add the following to `src/a.js`:",
            "Add a helper to `src/a.js`:",
            "1. Add the helper at the end of `src/a.js`",
            "Update the `load` function:",
            "Replace lines 2 to 4 with:",
            "Am Ende der Datei:",
            "Füge am Anfang ein:",
            "Ajoutez à la fin :",
            "在文件末尾追加：",
            "ファイルの末尾に追加:",
        ] {
            assert_eq!(said(part), (true, false), "{part}");
        }
        for whole in [
            "Write the file:",
            "1. Add the helper to `src/a.js`",
            "- Add one in the parser",
            "Add the file in full:",
            "Add a new file to the parser:",
            "Replace the file:",
            "The log is read at the end of each run.\n\nThe file:",
            "### Append a line",
            "It becomes:",
            "",
        ] {
            assert_eq!(said(whole), (false, false), "{whole}");
        }
    }

    #[test]
    fn words_before_a_block_tell_that_it_only_shows_something() {
        for shown in [
            "The file looks like this today:",
            "Currently:",
            "Today it reads:",
            "The current code:",
            "Do not write this:",
            "Don't do it like this:",
            "Instead of this:",
            "Wrong:",
            "So sieht es heute aus:",
            "目前的代码：",
        ] {
            assert_eq!(said(shown), (false, true), "{shown}");
        }
        for written in
            ["It looks like this then:", "The file is as follows:", "Today we write the parser.", "Write this and do not change it:"]
        {
            assert_eq!(said(written), (false, false), "{written}");
        }
    }
}
