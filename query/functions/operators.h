// query/functions/operators.h
#pragma once
// The operators of expressions over values: arithmetic, text, lists, access, type tests, windows.
//
// Null in, null out, unless said otherwise. `at` is where the expression stands, for errors.

#include <optional>
#include <string_view>

#include "engine/calendar/window.h"
#include "engine/value/value.h"
#include "query/functions/registry.h"
#include "query/syntax/ast.h"

namespace xinpu::query {

/// Plus to Power, Concat, In, StartsWith, EndsWith, Contains, Regex.
/// @throws Error(Type, InvalidArgumentType); Error(Arithmetic, IntegerOverflow, DivisionByZero)
engine::Value applyBinary(ExprKind kind, const engine::Value& left, const engine::Value& right,
                          const Position& at);
/// UnaryPlus, UnaryMinus.
engine::Value applyUnary(ExprKind kind, const engine::Value& value, const Position& at);

/// The same by name, for functions and aggregates.
engine::Value add(const engine::Value& left, const engine::Value& right);
engine::Value subtract(const engine::Value& left, const engine::Value& right);
engine::Value multiply(const engine::Value& left, const engine::Value& right);
engine::Value divide(const engine::Value& left, const engine::Value& right);
engine::Value modulo(const engine::Value& left, const engine::Value& right);
engine::Value power(const engine::Value& left, const engine::Value& right);
/// Three-valued `value IN list`; false for an empty list whatever the value.
engine::Value isIn(const engine::Value& value, const engine::Value& list);

/// `value.name` of a map, a temporal value or a duration; null for a name that it does not have. Nodes and
/// relationships are the caller's.
/// @throws Error(Type, InvalidArgumentType) for other kinds
engine::Value propertyOfValue(const engine::Value& value, std::string_view name, const Position& at);
/// `of[key]` of a list or a map; null for what is not there.
/// @throws Error(Type, ListElementAccessByNonInteger, MapElementAccessByNonString, InvalidElementAccess)
engine::Value elementOf(const engine::Value& of, const engine::Value& key, const Position& at);
/// `of[from..to]`; a null pointer is an open end.
engine::Value sliceOf(const engine::Value& of, const engine::Value* from, const engine::Value* to,
                      const Position& at);

/// Whether a value is of a type as written: "LIST<INTEGER NOT NULL>", "INT | FLOAT". Null is of every type
/// without NOT NULL. @throws Error(Syntax, InvalidType) for a type that does not exist
bool isOfType(const engine::Value& value, std::string_view type, const Position& at);
/// The type's name as valueType() gives it: "INTEGER NOT NULL".
std::string typeNameOf(const engine::Value& value);

/// A date argument of ours: a Date, or a string of exactly YYYY-MM-DD.
/// @throws Error(Type, InvalidArgumentType) for anything else, null too
engine::Date dateArgument(const engine::Value& value, const Position& at);
/// The window of `IN WINDOW length unit [ENDING [workdays WORKING DAYS BEFORE] end]`, null pointers for what
/// is left out; nothing if an argument is null.
/// @throws Error(Type, InvalidArgumentType); Error(Argument, NumberOutOfRange, CalendarUnknown)
std::optional<engine::Window> windowOf(EvalContext& context, const engine::Value& length, WindowUnit unit,
                                       const engine::Value* workdays, const engine::Value* end,
                                       const Position& at);
/// `date IN WINDOW …`.
engine::Value isInWindow(EvalContext& context, const engine::Value& date, const engine::Value& length,
                         WindowUnit unit, const engine::Value* workdays, const engine::Value* end,
                         const Position& at);
/// from <= on < to; a null end is open. Ends that are no dates are never met.
bool isValidBetween(const engine::Value& from, const engine::Value& to, engine::Date on) noexcept;
/// Whether the relationship's validFrom and validTo take in the date. Null for a null relationship or date.
engine::Value isValidOn(EvalContext& context, const engine::Value& relationship, const engine::Value& date,
                        const Position& at);

}  // namespace xinpu::query
