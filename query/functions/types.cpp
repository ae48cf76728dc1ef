// query/functions/types.cpp
// Types as they are written after `::`, values tested against them, and the names of values' types.

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "engine/value/literal.h"
#include "query/functions/builtin.h"
#include "query/functions/operators.h"

namespace xinpu::query {

using engine::Kind;
using engine::Value;

namespace {

struct NamedKinds {
    std::string_view name;
    KindSet kinds;
};
constexpr KindSet kScalars = builtin::kBoolean | builtin::kNumber | builtin::kString | builtin::kTemporal |
                             kindBit(Kind::Duration) | kindBit(Kind::Bytes);
constexpr std::array kNames = {
    NamedKinds{"BOOLEAN", builtin::kBoolean},
    NamedKinds{"BOOL", builtin::kBoolean},
    NamedKinds{"STRING", builtin::kString},
    NamedKinds{"VARCHAR", builtin::kString},
    NamedKinds{"INTEGER", builtin::kInteger},
    NamedKinds{"INT", builtin::kInteger},
    NamedKinds{"SIGNED INTEGER", builtin::kInteger},
    NamedKinds{"FLOAT", builtin::kFloat},
    NamedKinds{"DECIMAL", builtin::kDecimal},
    NamedKinds{"BYTES", kindBit(Kind::Bytes)},
    NamedKinds{"DATE", kindBit(Kind::Date)},
    NamedKinds{"LOCAL TIME", kindBit(Kind::LocalTime)},
    NamedKinds{"TIME WITHOUT TIME ZONE", kindBit(Kind::LocalTime)},
    NamedKinds{"TIME WITHOUT TIMEZONE", kindBit(Kind::LocalTime)},
    NamedKinds{"ZONED TIME", kindBit(Kind::Time)},
    NamedKinds{"TIME WITH TIME ZONE", kindBit(Kind::Time)},
    NamedKinds{"TIME WITH TIMEZONE", kindBit(Kind::Time)},
    NamedKinds{"LOCAL DATETIME", kindBit(Kind::LocalDateTime)},
    NamedKinds{"TIMESTAMP WITHOUT TIME ZONE", kindBit(Kind::LocalDateTime)},
    NamedKinds{"TIMESTAMP WITHOUT TIMEZONE", kindBit(Kind::LocalDateTime)},
    NamedKinds{"ZONED DATETIME", kindBit(Kind::ZonedDateTime)},
    NamedKinds{"TIMESTAMP WITH TIME ZONE", kindBit(Kind::ZonedDateTime)},
    NamedKinds{"TIMESTAMP WITH TIMEZONE", kindBit(Kind::ZonedDateTime)},
    NamedKinds{"DURATION", kindBit(Kind::Duration)},
    NamedKinds{"NODE", builtin::kNode},
    NamedKinds{"ANY NODE", builtin::kNode},
    NamedKinds{"VERTEX", builtin::kNode},
    NamedKinds{"ANY VERTEX", builtin::kNode},
    NamedKinds{"RELATIONSHIP", builtin::kRelationship},
    NamedKinds{"ANY RELATIONSHIP", builtin::kRelationship},
    NamedKinds{"EDGE", builtin::kRelationship},
    NamedKinds{"ANY EDGE", builtin::kRelationship},
    NamedKinds{"MAP", builtin::kMap},
    NamedKinds{"ANY MAP", builtin::kMap},
    NamedKinds{"PATH", builtin::kPath},
    NamedKinds{"PATHS", builtin::kPath},
    NamedKinds{"LIST", builtin::kList},
    NamedKinds{"ARRAY", builtin::kList},
    NamedKinds{"NULL", 0},
    NamedKinds{"NOTHING", 0},
    NamedKinds{"ANY", kAnyKind},
    NamedKinds{"ANY VALUE", kAnyKind},
};

std::string upperCase(std::string_view text) {
    std::string upper(text);
    for (char& c : upper) {
        c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    }
    return upper;
}

/// Reads a type and tests a value against it at once; a null `value` only checks the writing.
class TypeTest {
public:
    TypeTest(std::string_view text, const Position& at) : text_(upperCase(text)), at_(at) {}

    bool whole(const Value& value) {
        const bool met = alternatives(&value);
        skipBlanks();
        if (place_ != text_.size()) {
            fail();
        }
        return met;
    }

private:
    [[noreturn]] void fail() const {
        throw Error(ErrorCode::Syntax, fmt::format("{} is not a type.", engine::quoted(text_.substr(0, 200))),
                    "InvalidType", at_);
    }
    void skipBlanks() noexcept {
        while (place_ < text_.size() && (text_[place_] == ' ' || text_[place_] == '\n' ||
                                         text_[place_] == '\t' || text_[place_] == '\r')) {
            ++place_;
        }
    }
    bool take(std::string_view word) noexcept {
        skipBlanks();
        if (std::string_view(text_).substr(place_, word.size()) != word) {
            return false;
        }
        place_ += word.size();
        return true;
    }
    /// Words up to a sign, blanks between them made one.
    std::string words() {
        std::string name;
        for (;;) {
            skipBlanks();
            const std::size_t first = place_;
            while (place_ < text_.size() && text_[place_] >= 'A' && text_[place_] <= 'Z') {
                ++place_;
            }
            const std::string_view word = std::string_view(text_).substr(first, place_ - first);
            if (word.empty() || word == "NOT") {
                place_ = first;
                return name;
            }
            name += name.empty() ? "" : " ";
            name += word;
        }
    }

    bool alternatives(const Value* value) {
        bool met = single(value);
        while (take("|")) {
            const bool next = single(value);
            met = met || next;
        }
        return met;
    }

    bool single(const Value* value) {
        if (++depth_ > kDepthMost) {
            fail();
        }
        std::string name = words();
        bool met = false;
        if (name == "PROPERTY VALUE") {
            met = value != nullptr && isPropertyValue(*value);
        } else if (name == "ANY" || name == "ANY VALUE") {
            met = true;
            if (take("<")) {
                met = alternatives(value);
                close();
            }
        } else {
            const auto* known = std::find_if(kNames.begin(), kNames.end(),
                                             [&name](const NamedKinds& one) { return one.name == name; });
            if (known == kNames.end()) {
                fail();
            }
            met = value != nullptr && (known->kinds & kindBit(value->kind())) != 0;
            if (known->kinds == builtin::kList && take("<")) {
                met = elements(met ? value : nullptr) && met;
            }
        }
        bool not_null = false;
        if (take("!") || take("NOT NULL")) {
            not_null = true;
        }
        --depth_;
        if (value != nullptr && value->isNull()) {
            return !not_null && name != "NOTHING";
        }
        return met;
    }

    /// Behind "LIST<": whether all elements are of the type inside.
    bool elements(const Value* list) {
        const std::size_t inside = place_;
        bool met = true;
        alternatives(nullptr);
        const std::size_t behind = place_;
        if (list != nullptr) {
            for (const Value& element : list->list()) {
                place_ = inside;
                if (!alternatives(&element)) {
                    met = false;
                    break;
                }
            }
        }
        place_ = behind;
        close();
        return met;
    }

    void close() {
        if (!take(">")) {
            fail();
        }
    }

    static bool isPropertyValue(const Value& value) {
        if (value.kind() != Kind::List) {
            return (kScalars & kindBit(value.kind())) != 0;
        }
        return std::all_of(value.list().begin(), value.list().end(),
                           [](const Value& element) { return (kScalars & kindBit(element.kind())) != 0; });
    }

    static constexpr int kDepthMost = 100;
    std::string text_;
    Position at_;
    std::size_t place_ = 0;
    int depth_ = 0;
};

std::string elementTypes(const Value& list) {
    std::vector<std::string> names;
    bool null_met = false;
    for (const Value& element : list.list()) {
        if (element.isNull()) {
            null_met = true;
            continue;
        }
        std::string name = typeNameOf(element);
        name.resize(name.size() - std::string_view(" NOT NULL").size());
        if (std::find(names.begin(), names.end(), name) == names.end()) {
            names.push_back(std::move(name));
        }
    }
    if (names.empty()) {
        return null_met ? "NULL" : "NOTHING";
    }
    std::sort(names.begin(), names.end());
    std::string text;
    for (const std::string& name : names) {
        text += (text.empty() ? "" : " | ") + name + (null_met ? "" : " NOT NULL");
    }
    return text;
}

}  // namespace

bool isOfType(const Value& value, std::string_view type, const Position& at) {
    return TypeTest(type, at).whole(value);
}

std::string typeNameOf(const Value& value) {
    switch (value.kind()) {
    case Kind::Null:
        return "NULL";
    case Kind::List:
        return "LIST<" + elementTypes(value) + "> NOT NULL";
    default:
        return std::string(engine::kindName(value.kind())) + " NOT NULL";
    }
}

}  // namespace xinpu::query
