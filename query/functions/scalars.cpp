// query/functions/scalars.cpp
// Functions of any value: coalesce, nullIf, exists, and what a statement asks about itself.

#include <fmt/format.h>

#include "engine/value/order.h"
#include "query/functions/builtin.h"

namespace xinpu::query::builtin {
namespace {

Value coalesce(EvalContext&, Args args) {
    for (const Value& arg : args) {
        if (!arg.isNull()) {
            return arg;
        }
    }
    return {};
}

Value nullIf(EvalContext&, Args args) {
    return engine::equalValues(args[0], args[1]).value_or(false) ? Value::null() : args[0];
}

Value exists(EvalContext&, Args args) {
    return Value::of(!args[0].isNull());
}

Value timestamp(EvalContext& context, Args) {
    return Value::of(context.clock.epoch_seconds * 1'000 + context.clock.nanos / 1'000'000);
}

std::mt19937_64& randomOf(EvalContext& context) {
    if (context.random == nullptr) {
        throw Error(ErrorCode::Internal, "The statement runs without a source of random numbers.");
    }
    return *context.random;
}

Value rand(EvalContext& context, Args) {
    constexpr double kStep = 0x1p-53;  // 53 random bits: every step is a double, 1 is never reached
    return Value::of(static_cast<double>(randomOf(context)() >> 11U) * kStep);
}

Value randomUuid(EvalContext& context, Args) {
    std::mt19937_64& random = randomOf(context);
    const std::uint64_t high = (random() & 0xffff'ffff'ffff'0fffU) | 0x4000U;                // version 4
    const std::uint64_t low = (random() & 0x3fff'ffff'ffff'ffffU) | 0x8000'0000'0000'0000U;  // RFC 4122
    return Value::of(fmt::format("{:08x}-{:04x}-{:04x}-{:04x}-{:012x}", high >> 32U, (high >> 16U) & 0xffffU,
                                 high & 0xffffU, low >> 48U, low & 0xffff'ffff'ffffU));
}

}  // namespace

void registerScalars(Registry& registry) {
    registry.add({.name = "coalesce",
                  .signature = "coalesce(input :: ANY, more? :: ANY...) :: ANY",
                  .doc = "The first argument that is not null.",
                  .args_min = 1,
                  .args_max = std::numeric_limits<std::size_t>::max(),
                  .null_in_null_out = false,
                  .call = coalesce});
    registry.add({.name = "nullIf",
                  .signature = "nullIf(v1 :: ANY, v2 :: ANY) :: ANY",
                  .doc = "Null if both are equal, else the first.",
                  .args_min = 2,
                  .args_max = 2,
                  .null_in_null_out = false,
                  .call = nullIf});
    registry.add({.name = "exists",
                  .signature = "exists(input :: ANY) :: BOOLEAN",
                  .doc = "Whether a property is there.",
                  .args_min = 1,
                  .args_max = 1,
                  .null_in_null_out = false,
                  .result = kBoolean,
                  .call = exists});
    registry.add({.name = "timestamp",
                  .signature = "timestamp() :: INTEGER",
                  .doc = "Milliseconds from 1970 to the statement's start.",
                  .reads_clock = true,
                  .result = kInteger,
                  .call = timestamp});
    registry.add({.name = "rand",
                  .signature = "rand() :: FLOAT",
                  .doc = "A random number from 0 on, below 1.",
                  .deterministic = false,
                  .result = kFloat,
                  .call = rand});
    registry.add({.name = "randomUUID",
                  .signature = "randomUUID() :: STRING",
                  .doc = "A random UUID.",
                  .deterministic = false,
                  .result = kString,
                  .call = randomUuid});
}

}  // namespace xinpu::query::builtin
