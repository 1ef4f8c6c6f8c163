//! Forms of code that are allowed in few places or nowhere: unsafe code, dodged tests, arms that name no case.

use syn::visit::{self, Visit};

/// What may not stand where. Inside a macro's brackets the words are looked for in the text.
#[derive(Default)]
pub struct Keywords {
    pub unsafe_code: bool,
    pub dodges: Vec<String>,
}

impl<'ast> Visit<'ast> for Keywords {
    fn visit_expr_unsafe(&mut self, _: &'ast syn::ExprUnsafe) {
        self.unsafe_code = true;
    }
    fn visit_signature(&mut self, signature: &'ast syn::Signature) {
        self.unsafe_code |= signature.unsafety.is_some();
        visit::visit_signature(self, signature);
    }
    fn visit_item_impl(&mut self, item: &'ast syn::ItemImpl) {
        self.unsafe_code |= item.unsafety.is_some();
        visit::visit_item_impl(self, item);
    }
    fn visit_item_trait(&mut self, item: &'ast syn::ItemTrait) {
        self.unsafe_code |= item.unsafety.is_some();
        visit::visit_item_trait(self, item);
    }
    fn visit_macro(&mut self, makro: &'ast syn::Macro) {
        self.unsafe_code |= makro.tokens.to_string().contains("unsafe {");
        visit::visit_macro(self, makro);
    }
    fn visit_attribute(&mut self, attribute: &'ast syn::Attribute) {
        let last = attribute.path().segments.last().map(|last| last.ident.to_string()).unwrap_or_default();
        let inner = match &attribute.meta {
            syn::Meta::List(list) if last == "cfg_attr" => list.tokens.to_string(),
            _ => String::new(),
        };
        for dodge in ["ignore", "should_panic"] {
            if last == dodge || inner.split([',', '(', ' ']).any(|word| word.trim() == dodge) {
                self.dodges.push(dodge.to_owned());
            }
        }
    }
}

/// Arms that catch whatever is left.
#[derive(Default)]
pub struct Arms {
    pub wild: Vec<&'static str>,
}

fn catches_all(pattern: &syn::Pat) -> Option<&'static str> {
    match pattern {
        syn::Pat::Wild(_) => Some("_"),
        syn::Pat::Ident(ident) if ident.subpat.is_none() && ident.ident.to_string().starts_with(char::is_lowercase) => Some("name"),
        syn::Pat::Or(or) => or.cases.iter().find_map(catches_all),
        syn::Pat::Paren(inner) => catches_all(&inner.pat),
        syn::Pat::Reference(inner) => catches_all(&inner.pat),
        syn::Pat::Tuple(tuple) if tuple.elems.iter().all(|element| catches_all(element).is_some()) => Some("(_, …)"),
        _ => None,
    }
}

impl<'ast> Visit<'ast> for Arms {
    fn visit_arm(&mut self, arm: &'ast syn::Arm) {
        self.wild.extend(catches_all(&arm.pat));
        visit::visit_arm(self, arm);
    }
}
