// query/semantics/types.cpp
// Rules of static types: literals, operators, functions whose result follows from their arguments.
#include "query/semantics/types.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>

#include "engine/value/temporal.h"

namespace xinpu::query::semantics {
namespace {

constexpr std::array<std::string_view, engine::kKindCount> kKindWords = {
    "Null",     "Boolean", "Integer",   "Float", "Decimal",       "String",
    "Bytes",    "Date",    "LocalTime", "Time",  "LocalDateTime", "ZonedDateTime",
    "Duration", "List",    "Map",       "Node",  "Relationship",  "Path",
};
constexpr KindSet kFloat = kindBit(Kind::Float);
constexpr KindSet kDecimal = kindBit(Kind::Decimal);
constexpr KindSet kBytes = kindBit(Kind::Bytes);
/// What `+` puts behind or before a string.
constexpr KindSet kJoinsString = kBoolean | kNumbers | kString | kInstants | kDuration;

KindSet numberType(KindSet a, KindSet b) noexcept {
    if (((a | b) & kFloat) != 0) {
        return kFloat;
    }
    return ((a | b) & kDecimal) != 0 ? kDecimal : kInteger;
}

KindSet plusType(KindSet a, KindSet b) noexcept {
    if (((a | b) & kList) != 0) {
        return kList;
    }
    if ((a & kNumbers) != 0 && (b & kNumbers) != 0) {
        return numberType(a, b);
    }
    if ((a == kString && (b & kJoinsString) != 0) || (b == kString && (a & kJoinsString) != 0)) {
        return kString;
    }
    if (b == kDuration && (a & (kInstants | kDuration)) != 0) {
        return a;
    }
    if (a == kDuration && (b & kInstants) != 0) {
        return b;
    }
    return a == kBytes && b == kBytes ? kBytes : kOnlyNull;
}

KindSet minusType(KindSet a, KindSet b) noexcept {
    if ((a & kNumbers) != 0 && (b & kNumbers) != 0) {
        return numberType(a, b);
    }
    return b == kDuration && (a & (kInstants | kDuration)) != 0 ? a : kOnlyNull;
}

/// Of one kind and another.
KindSet pairType(ExprKind op, KindSet a, KindSet b) noexcept {
    const bool numbers = (a & kNumbers) != 0 && (b & kNumbers) != 0;
    switch (op) {
    case ExprKind::Plus:
        return plusType(a, b);
    case ExprKind::Minus:
        return minusType(a, b);
    case ExprKind::Multiply:
        if ((a == kDuration && (b & kNumbers) != 0) || (b == kDuration && (a & kNumbers) != 0)) {
            return kDuration;
        }
        return numbers ? numberType(a, b) : kOnlyNull;
    case ExprKind::Divide:
        if (a == kDuration && (b & kNumbers) != 0) {
            return kDuration;
        }
        return numbers ? numberType(a, b) : kOnlyNull;
    case ExprKind::Power:
        return numbers ? kFloat | ((a | b) & kDecimal) : kOnlyNull;
    case ExprKind::Concat:
        return a == b && (a == kString || a == kList || a == kBytes) ? a : kOnlyNull;
    default:  // Modulo
        return numbers ? numberType(a, b) : kOnlyNull;
    }
}

bool hasName(const Expr& call, std::string_view lower) {
    const std::string& name = call.name;
    return name.size() == lower.size() &&
           std::equal(name.begin(), name.end(), lower.begin(),
                      [](char a, char b) { return std::tolower(static_cast<unsigned char>(a)) == b; });
}

bool hasAnyName(const Expr& call, std::initializer_list<std::string_view> lower) {
    return std::any_of(lower.begin(), lower.end(),
                       [&](std::string_view name) { return hasName(call, name); });
}

}  // namespace

std::string kindsText(KindSet kinds) {
    std::string text;
    std::size_t count = 0;
    std::string_view last;
    for (std::size_t k = 1; k < engine::kKindCount; ++k) {
        if ((kinds & (KindSet{1} << k)) == 0) {
            continue;
        }
        if (!last.empty()) {
            text += (count++ == 0 ? "" : ", ");
            text += last;
        }
        last = kKindWords[k];
    }
    if (kinds == kAnyKind || last.empty()) {
        return "a value";
    }
    return text.empty() ? std::string(last) : text + " or " + std::string(last);
}

void setTypeOfLiteral(Expr& literal) {
    const engine::Value& value = literal.value;
    literal.type = value.isNull() ? kOnlyNull : kindBit(value.kind());
    if (value.kind() == Kind::List) {
        literal.element_type = kOnlyNull;
        for (const auto& element : value.list()) {
            literal.element_type |= element.isNull() ? kOnlyNull : kindBit(element.kind());
        }
    }
}

KindSet arithmeticType(ExprKind op, KindSet a, KindSet b) noexcept {
    if (a == kAnyKind && b == kAnyKind) {
        return kAnyKind;
    }
    KindSet result = kOnlyNull;
    for (std::size_t i = 1; i < engine::kKindCount; ++i) {
        const KindSet left = a & (KindSet{1} << i);
        for (std::size_t j = 1; left != 0 && j < engine::kKindCount; ++j) {
            const KindSet right = b & (KindSet{1} << j);
            if (right != 0) {
                result |= pairType(op, left, right);
            }
        }
    }
    return result;
}

void setTypeOfCall(Expr& call) {
    call.type = call.function->result;
    call.element_type = kAnyKind;
    if (call.args.empty() || call.args[0] == nullptr) {
        return;
    }
    const Expr& first = *call.args[0];
    if (hasName(call, "collect")) {
        call.type = kList;
        call.element_type = first.type;
    } else if (hasAnyName(call, {"head", "last"})) {
        call.type = first.type == kList ? first.element_type : kAnyKind;
    } else if (hasAnyName(call, {"tail", "reverse"})) {
        call.type = (first.type & (kList | kString)) != 0 ? first.type & (kList | kString) : call.type;
        call.element_type = first.element_type;
    } else if (hasAnyName(call, {"min", "max"})) {
        call.type = first.type;
        call.element_type = first.element_type;
    } else if (hasAnyName(call, {"keys", "labels"})) {
        call.element_type = kString;
    } else if (hasName(call, "nodes")) {
        call.element_type = kNode;
    } else if (hasName(call, "relationships")) {
        call.element_type = kRelationship;
    } else if (hasName(call, "range")) {
        call.element_type = kInteger;
    } else if (hasName(call, "coalesce")) {
        call.type = kOnlyNull;
        call.element_type = kOnlyNull;
        for (const auto& arg : call.args) {
            call.type |= arg->type;
            if ((arg->type & kList) != 0) {
                call.element_type |= arg->element_type;
            }
        }
    }
}

bool isPlainDate(std::string_view text) noexcept {
    if (text.size() != 10 || text[4] != '-' || text[7] != '-') {
        return false;
    }
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (i != 4 && i != 7 && (text[i] < '0' || text[i] > '9')) {
            return false;
        }
    }
    return engine::parseIsoDate(text).has_value();
}

}  // namespace xinpu::query::semantics
