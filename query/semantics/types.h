// query/semantics/types.h
#pragma once
// Static types: sets of kinds that an expression may evaluate to. Conservative: what may be right is in the
// set.

#include <string>

#include "query/functions/registry.h"
#include "query/syntax/ast.h"

namespace xinpu::query::semantics {

using engine::Kind;

inline constexpr KindSet kOnlyNull = 0;
inline constexpr KindSet kBoolean = kindBit(Kind::Boolean);
inline constexpr KindSet kInteger = kindBit(Kind::Integer);
inline constexpr KindSet kString = kindBit(Kind::String);
inline constexpr KindSet kDate = kindBit(Kind::Date);
inline constexpr KindSet kDuration = kindBit(Kind::Duration);
inline constexpr KindSet kList = kindBit(Kind::List);
inline constexpr KindSet kMap = kindBit(Kind::Map);
inline constexpr KindSet kNode = kindBit(Kind::Node);
inline constexpr KindSet kRelationship = kindBit(Kind::Relationship);
inline constexpr KindSet kPath = kindBit(Kind::Path);
inline constexpr KindSet kNumbers = kInteger | kindBit(Kind::Float) | kindBit(Kind::Decimal);
inline constexpr KindSet kInstants = kDate | kindBit(Kind::LocalTime) | kindBit(Kind::Time) |
                                     kindBit(Kind::LocalDateTime) | kindBit(Kind::ZonedDateTime);
inline constexpr KindSet kEntities = kNode | kRelationship;
/// What has properties or components: `x.name`.
inline constexpr KindSet kWithProperties = kEntities | kMap | kInstants | kDuration;

/// Whether a value of `type` is certainly of none of the kinds `wanted`. Null always serves.
constexpr bool never(KindSet type, KindSet wanted) noexcept {
    return type != kOnlyNull && (type & wanted) == 0;
}

/// "Integer, Float or String" for messages; "a value" for unknown.
std::string kindsText(KindSet kinds);

/// What a value of this kind and its elements are.
void setTypeOfLiteral(Expr& literal);

/// The kinds that `a op b` may give; kOnlyNull if no pair of kinds fits and neither is only null.
KindSet arithmeticType(ExprKind op, KindSet a, KindSet b) noexcept;

/// Sets type and element type of a call whose arguments are typed.
void setTypeOfCall(Expr& call);

/// Whether a text is a date as VALID ON and IN WINDOW take it: exactly YYYY-MM-DD.
bool isPlainDate(std::string_view text) noexcept;

}  // namespace xinpu::query::semantics
