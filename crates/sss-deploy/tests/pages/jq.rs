//! jq in this process, as far as the pages use it: `jq [-r] [-s] 'FILTER'`.

use jaq_core::{
    Compiler, Ctx, Vars, data,
    load::{Arena, File, Loader},
    unwrap_valr,
};
use jaq_json::{Val, read};

/// Runs `jq` with these arguments on the input, and returns its output.
pub(crate) fn run(arguments: &str, input: &str) -> String {
    let (flags, filter) = arguments.split_once('\'').unwrap_or(("", arguments));
    let filter = filter.trim_end_matches('\'');
    let raw = flags.contains("-r");

    let inputs = read::parse_many(input.as_bytes()).map(|input| input.expect("the input is JSON"));
    let outputs = inputs.flat_map(|input| filtered(filter, input));
    outputs.map(|value| text(&value, raw) + "\n").collect()
}

/// Returns the values that a filter gives for one input.
fn filtered(filter: &str, input: Val) -> Vec<Val> {
    let definitions = jaq_core::defs().chain(jaq_std::defs()).chain(jaq_json::defs());
    let functions = jaq_core::funs().chain(jaq_std::funs()).chain(jaq_json::funs());

    let (arena, loader) = (Arena::default(), Loader::new(definitions));
    let modules = loader.load(&arena, File { code: filter, path: () }).expect("the filter is sound");
    let compiled = Compiler::default().with_funs(functions).compile(modules).expect("the filter is known");

    let context = Ctx::<data::JustLut<Val>>::new(&compiled.lut, Vars::new([]));
    let outputs = compiled.id.run((context, input)).map(unwrap_valr);
    outputs.map(|output| output.expect("the filter takes the input")).collect()
}

/// Returns a value as `jq` prints it. With `-r`, a string is printed without quotes.
fn text(value: &Val, raw: bool) -> String {
    match value {
        Val::TStr(bytes) if raw => String::from_utf8_lossy(bytes).into_owned(),
        other => other.to_string(),
    }
}
