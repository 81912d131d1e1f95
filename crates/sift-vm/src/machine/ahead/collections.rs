//! What methods of collections make of values that are not known.

use sift_compiler::exception::ExceptionClass as E;
use sift_text::HoleId;
use sift_values::object::{DictKind, DictPart};
use sift_values::value::Value;

use super::super::Interpreter;
use super::Stop::{self, GiveUp};
use super::functions::is_ordered;
use super::iterators::Through;
use super::library::Called;
use super::ops::{NOTHING, Raises};
use super::unknown::{Kinds, Unknown};

impl Interpreter {
    pub(super) fn call_of_collection(
        &mut self,
        hole: HoleId,
        called: &Called,
        receiver: Value,
        unknown: &Unknown,
    ) -> Result<(), Stop> {
        let method = called.name.rsplit('.').next().unwrap_or_default();
        let (args, operands) = (called.args.clone(), called.operands);
        let gives = |m: &mut Self, result: Unknown| {
            let value = m.new_unknown(result);
            m.note_unknowns();
            m.replace_top(operands, value);
        };
        let none = || Unknown::of(Kinds::NONE);
        let nothing = Unknown::of(Kinds::NOTHING);
        let item = unknown.item();
        let is_set = unknown.is(Kinds::SET);
        let first = args.first().copied();
        let iterable = first.is_none_or(|first| self.described(first).is(Kinds::ITERABLE));
        let hashable: Raises = first.map_or(NOTHING, |first| if is_set { self.hashing(first) } else { NOTHING });
        match method {
            "append" | "appendleft" | "add" | "insert" => {
                let put = args.last().copied().ok_or(GiveUp)?;
                self.conclude(hole, hashable, &|m| {
                    m.put_in(receiver, &[put])?;
                    gives(m, none());
                    Ok(())
                })
            }
            "extend" | "extendleft" | "update" => {
                let raises: Raises = if iterable { NOTHING } else { &[E::TypeError] };
                self.conclude(hole, raises, &|m| {
                    for more in &args {
                        m.put_items_in(receiver, *more)?;
                    }
                    gives(m, none());
                    Ok(())
                })
            }
            "pop" | "popleft" | "remove" | "discard" | "clear" | "reverse" | "sort" | "rotate" => {
                let raises: Raises = match method {
                    "pop" | "popleft" if is_set => &[E::KeyError],
                    "pop" if args.is_empty() && unknown.has_item(-1) => NOTHING,
                    "popleft" if unknown.has_item(0) => NOTHING,
                    "pop" | "popleft" => &[E::IndexError],
                    "remove" if is_set => &[E::KeyError],
                    "remove" => &[E::ValueError],
                    "discard" => hashable,
                    "sort" if !called.named.is_empty() => return Err(GiveUp),
                    "sort" if !is_ordered(&item) => &[E::TypeError],
                    _ => NOTHING,
                };
                let result = if method.starts_with("pop") { item } else { none() };
                self.conclude(hole, raises, &|m| {
                    m.mix_in(receiver, &nothing, Some(&nothing))?;
                    gives(m, result.clone());
                    Ok(())
                })
            }
            "count" => self.give(hole, operands, Unknown::of(Kinds::COUNT), NOTHING),
            "index" => self.give(hole, operands, Unknown::of(Kinds::COUNT), &[E::ValueError]),
            "copy" | "union" | "intersection" | "difference" | "symmetric_difference" => {
                let mut result = unknown.clone();
                for arg in &args {
                    result.items = Some(Box::new(result.item().join(&self.described(*arg).given())));
                }
                let raises: Raises = if iterable { NOTHING } else { &[E::TypeError] };
                self.give(hole, operands, result, raises)
            }
            "issubset" | "issuperset" | "isdisjoint" if iterable => {
                self.give(hole, operands, Unknown::of(Kinds::BOOL), NOTHING)
            }
            _ => Err(GiveUp),
        }
    }

    pub(super) fn call_of_dict(
        &mut self,
        hole: HoleId,
        called: &Called,
        receiver: Value,
        unknown: &Unknown,
    ) -> Result<(), Stop> {
        let method = called.name.rsplit('.').next().unwrap_or_default();
        let (args, operands) = (called.args.clone(), called.operands);
        let of_key: Raises = args.first().map_or(NOTHING, |key| self.hashing(*key));
        let gives = |m: &mut Self, result: &Unknown| {
            let value = m.new_unknown(result.clone());
            m.note_unknowns();
            m.replace_top(operands, value);
        };
        let default = match args.get(1) {
            Some(default) => self.described(*default),
            None => Unknown::of(Kinds::NONE),
        };
        let item = unknown.item();
        let nothing = Unknown::of(Kinds::NOTHING);
        let key = args.first().map_or_else(Unknown::any, |key| self.described(*key));
        match method {
            "get" => {
                let result = item.join(&default);
                self.conclude(hole, of_key, &|m| {
                    // What is found is known by two names now.
                    m.share_items(receiver)?;
                    if let Some(default) = args.get(1) {
                        m.share(*default)?;
                    }
                    gives(m, &result);
                    Ok(())
                })
            }
            "setdefault" => {
                let result = item.join(&default);
                self.conclude(hole, of_key, &|m| {
                    if let Some(default) = args.get(1) {
                        m.share(*default)?;
                    }
                    m.mix_in(receiver, &default, Some(&key))?;
                    gives(m, &result);
                    Ok(())
                })
            }
            "pop" => {
                let raises: Raises = match (args.len(), of_key.is_empty()) {
                    (1, true) => &[E::KeyError],
                    (1, false) => &[E::KeyError, E::TypeError],
                    _ => of_key,
                };
                let result = if args.len() == 1 { item } else { item.join(&default) };
                self.conclude(hole, raises, &|m| {
                    m.mix_in(receiver, &nothing, Some(&nothing))?;
                    gives(m, &result);
                    Ok(())
                })
            }
            "update" => {
                let all_dicts = args.iter().all(|more| self.described(*more).is(Kinds::DICT));
                let counts = matches!(unknown.dict, Some(DictKind::Counter));
                let countable = |more: &Value| {
                    let more = self.described(*more);
                    more.is(Kinds::ITERABLE.without(Kinds::DICT)) && more.given().is(Kinds::HASHABLE)
                };
                let are_counted = counts && called.named.is_empty() && args.iter().all(countable);
                let raises: Raises = if all_dicts || are_counted {
                    NOTHING
                } else {
                    &[E::TypeError, E::ValueError]
                };
                let key = match args.first() {
                    Some(more) if are_counted => self.described(*more).given(),
                    _ => Unknown::any(),
                };
                self.conclude(hole, raises, &|m| {
                    for more in &args {
                        match counts {
                            true => m.mix_in(receiver, &Unknown::of(Kinds::COUNT), Some(&key))?,
                            false => m.put_items_in(receiver, *more)?,
                        }
                    }
                    for (_, value) in &called.named {
                        m.put_in(receiver, &[*value])?;
                    }
                    gives(m, &Unknown::of(Kinds::NONE));
                    Ok(())
                })
            }
            "clear" => self.conclude(hole, NOTHING, &|m| {
                m.mix_in(receiver, &nothing, Some(&nothing))?;
                gives(m, &Unknown::of(Kinds::NONE));
                Ok(())
            }),
            "keys" | "values" | "items" | "most_common" | "copy" | "total" | "elements" => {
                let part = |part| Through::Items {
                    of: receiver.handle(),
                    part,
                    since: None,
                };
                let result = match method {
                    "keys" => self.iterating(part(DictPart::Keys)),
                    "values" => self.iterating(part(DictPart::Values)),
                    "items" => self.iterating(part(DictPart::Items)),
                    "elements" => Unknown::collection(Kinds::ITERATOR, unknown.key()),
                    "most_common" => Unknown::collection(Kinds::LIST, Unknown::tuple(vec![unknown.key(), item])),
                    "total" => Unknown::of(Kinds::NUMBERS),
                    _ => unknown.clone(),
                };
                self.conclude(hole, NOTHING, &|m| {
                    m.share_items(receiver)?;
                    gives(m, &result);
                    Ok(())
                })
            }
            _ => Err(GiveUp),
        }
    }
}
