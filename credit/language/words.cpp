// credit/language/words.cpp
// Each function is one call into credit/identity.

#include "credit/language/words.h"

#include <fmt/format.h>

#include "credit/identity/personal_data.h"
#include "credit/identity/uscc.h"
#include "xinpu/error.h"

namespace xinpu::credit {

using engine::Kind;
using engine::Value;
using query::EvalContext;

namespace {

using Args = std::span<const Value>;

std::string_view textOf(const Value& value, std::string_view function) {
    if (value.kind() != Kind::String) {
        throw Error(ErrorCode::Type,
                    fmt::format("{}() takes a string, but this is a value of type {}.", function,
                                engine::kindName(value.kind())),
                    "InvalidArgumentType");
    }
    return value.string();
}

Value ofPart(std::string_view part) {
    return part.empty() ? Value::null() : Value::of(part);
}

Value valid(EvalContext&, Args args) {
    return Value::of(usccValid(textOf(args[0], "uscc.valid")));
}

Value normalise(EvalContext&, Args args) {
    return Value::of(normaliseUscc(textOf(args[0], "uscc.normalise")));
}

Value region(EvalContext&, Args args) {
    return ofPart(usccRegion(textOf(args[0], "uscc.region")));
}

Value kind(EvalContext&, Args args) {
    return ofPart(usccKind(textOf(args[0], "uscc.kind")));
}

Value person(EvalContext&, Args args) {
    return Value::of(maskPerson(textOf(args[0], "mask.person")));
}

struct Word {
    const char* name;
    const char* argument;
    const char* gives;
    const char* doc;
    Kind result;
    query::ScalarCall call;
};
constexpr Word kWords[] = {
    {"uscc.valid", "code", "BOOLEAN",
     "Whether a text is a unified social credit code: 18 characters whose last one checks the others.",
     Kind::Boolean, valid},
    {"uscc.normalise", "code", "STRING", "The code trimmed, in half-width characters and upper case.",
     Kind::String, normalise},
    {"uscc.region", "code", "STRING", "Six digits of the region of registration, null of an invalid code.",
     Kind::String, region},
    {"uscc.kind", "code", "STRING", "Registering authority and kind, as 91; null of an invalid code.",
     Kind::String, kind},
    {"mask.person", "name", "STRING", "A person's name with all characters but the first masked.",
     Kind::String, person},
};

}  // namespace

void registerCreditWords(query::Registry& registry) {
    for (const Word& word : kWords) {
        registry.add(
            {.name = word.name,
             .signature = fmt::format("{}({} :: STRING) :: {}", word.name, word.argument, word.gives),
             .doc = word.doc,
             .args_min = 1,
             .args_max = 1,
             .result = query::kindBit(word.result),
             .accepts = {query::kindBit(Kind::String)},
             .call = word.call});
    }
    registry.setPersonalData({.rules = {.keys = {"legalRepresentative"}, .labels = {"Person"}}, .mask = maskPerson});
}

}  // namespace xinpu::credit
