// server/bolt/structure_tags.h
#pragma once
// The bytes that name structures and messages (Bolt protocol, "Structure semantics" and "Messages").

#include <cstdint>

namespace xinpu::server::bolt::tags {

// values
inline constexpr std::uint8_t kNode = 0x4E;
inline constexpr std::uint8_t kRelationship = 0x52;
inline constexpr std::uint8_t kUnboundRelationship = 0x72;
inline constexpr std::uint8_t kPath = 0x50;
inline constexpr std::uint8_t kDate = 0x44;
inline constexpr std::uint8_t kTime = 0x54;
inline constexpr std::uint8_t kLocalTime = 0x74;
inline constexpr std::uint8_t kDateTime = 0x49;
inline constexpr std::uint8_t kDateTimeZoneId = 0x69;
inline constexpr std::uint8_t kWallClockDateTime = 0x46;
inline constexpr std::uint8_t kWallClockDateTimeZoneId = 0x66;
inline constexpr std::uint8_t kLocalDateTime = 0x64;
inline constexpr std::uint8_t kDuration = 0x45;
inline constexpr std::uint8_t kPoint2D = 0x58;
inline constexpr std::uint8_t kPoint3D = 0x59;
inline constexpr std::uint8_t kVector = 0x56;  ///< since 6.0

// requests
inline constexpr std::uint8_t kHello = 0x01;
inline constexpr std::uint8_t kGoodbye = 0x02;
inline constexpr std::uint8_t kReset = 0x0F;
inline constexpr std::uint8_t kRun = 0x10;
inline constexpr std::uint8_t kBegin = 0x11;
inline constexpr std::uint8_t kCommit = 0x12;
inline constexpr std::uint8_t kRollback = 0x13;
inline constexpr std::uint8_t kDiscard = 0x2F;
inline constexpr std::uint8_t kPull = 0x3F;
inline constexpr std::uint8_t kTelemetry = 0x54;
inline constexpr std::uint8_t kRoute = 0x66;
inline constexpr std::uint8_t kLogon = 0x6A;
inline constexpr std::uint8_t kLogoff = 0x6B;

// answers
inline constexpr std::uint8_t kSuccess = 0x70;
inline constexpr std::uint8_t kRecord = 0x71;
inline constexpr std::uint8_t kIgnored = 0x7E;
inline constexpr std::uint8_t kFailure = 0x7F;

}  // namespace xinpu::server::bolt::tags
