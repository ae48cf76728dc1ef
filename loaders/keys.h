// loaders/keys.h
#pragma once
// Keys of records, which make loading idempotent: the same fact written in different ways has one key.

#include <string>
#include <string_view>

namespace xinpu::loaders {

/// Appends a document number in its one form: half-width, every kind of bracket as 〔〕, no blanks.
/// "东市监罚[2026] 12号" gives "东市监罚〔2026〕12号".
void appendDocNo(std::string_view docNo, std::string& out);

/// Appends a name in its one form: half-width, no blanks. For authorities that deliver no code.
void appendName(std::string_view name, std::string& out);

/// The code of an authority that delivers none: "N:" and its normalised name.
std::string authorityCodeOfName(std::string_view name);

/// Key of a penalty, licence or other record: authority code | normalised docNo | party. `out` is
/// overwritten; its capacity is used again, so a caller that keeps it allocates nothing per row.
void penaltyKey(std::string_view authorityCode, std::string_view docNo, std::string_view party,
                std::string& out);

}  // namespace xinpu::loaders
