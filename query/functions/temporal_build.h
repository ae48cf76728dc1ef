// query/functions/temporal_build.h
#pragma once
// Temporal values put together from what others say and a map of fields; cut at a unit; and their components.

#include <optional>
#include <string_view>

#include "query/functions/registry.h"
#include "query/functions/zones.h"

namespace xinpu::query {

/// What a temporal value is put together from.
struct TemporalParts {
    std::optional<std::int64_t> days{};
    std::optional<std::int64_t> nanos{};  ///< of the day
    std::optional<Zone> zone{};
    std::optional<std::int32_t> offset{};  ///< in force, where there is a zone
};

/// The parts of a temporal value. @throws Error(Type, InvalidArgumentType) for other kinds
TemporalParts partsOf(const engine::Value& value);

/// The value of kind `target` that these parts make; what is missing is midnight, or UTC.
/// @throws Error(Type, InvalidArgumentType) if a date (for times: a time) is missing
engine::Value assemble(engine::Kind target, const TemporalParts& parts);

/// The value that a map of fields describes; a lone timezone, or nothing, describes now. Null if a field is.
/// @throws Error(Argument, InvalidArgumentValue, NumberOutOfRange); Error(Type, InvalidArgumentType)
engine::Value fromFields(EvalContext& context, engine::Kind target, const engine::Value& map);

/// `parts` with the fields of the map put in. Parts of a second add to what is there; another timezone keeps
/// the wall clock's time.
engine::Value withFields(EvalContext& context, engine::Kind target, const TemporalParts& parts,
                         const engine::Value& map);

/// The parts cut at 'millennium' … 'microsecond'.
/// @throws Error(Argument, InvalidArgumentValue) for another unit, or one that does not fit the target
TemporalParts truncated(engine::Kind target, TemporalParts parts, std::string_view unit);

/// The statement's instant, or with `real` the machine's, seen in a zone.
engine::Value now(EvalContext& context, engine::Kind target, const Zone& zone, bool real);

/// A component of a temporal value or duration by name, whatever the case; null if it has none of that name.
engine::Value componentOf(const engine::Value& value, std::string_view name);

}  // namespace xinpu::query
