// bench/gen/city.h
#pragma once
// The city in memory: companies with their life, and stakes; and the files that are written from it.

#include <cstdint>
#include <filesystem>
#include <numeric>
#include <vector>

namespace xinpu::bench {

/// A stake as a row of investments.csv. Nodes: companies are [0, companies), persons follow.
struct Stake {
    std::uint32_t holder, company;
    std::uint32_t share_bp;  ///< hundredths of a percent
    int valid_from, valid_to;
    std::uint64_t amount;  ///< hundredths of a yuan
};

struct CitySizes {
    std::uint32_t companies, individuals, persons, roles, penalties;
};

enum class Status : std::uint8_t { Active, Cancelled, Revoked };

struct City {
    CitySizes sizes{};
    int today = 0;
    std::uint64_t seed = 0;
    std::vector<int> founded;  ///< by company
    std::vector<int> closed;   ///< by company; kOpen while it stands
    std::vector<Status> status;
    std::vector<Stake> stakes;

    std::uint32_t firstPerson() const noexcept { return sizes.companies; }
};

/// A step that visits all of [0, n) in an order that looks random: the golden section of n, made coprime to
/// it.
inline std::uint32_t coprimeStep(std::uint32_t n) {
    std::uint32_t step = static_cast<std::uint32_t>(n * 0.6180339887) | 1u;
    while (std::gcd(step, n) != 1) {
        step += 2;
    }
    return step;
}

/// Founding, closing and status of each company.
void makeCompanies(City& city);

/// Stakes: hubs with thousands of stakes, holding groups as trees up to 8 levels deep, back edges inside
/// groups (cross-holdings, cycles), serial investors (power law), clusters of co-investors, former
/// shareholders (closed intervals), stakes that begin or end exactly today or later. Needs makeCompanies().
void makeStakes(City& city, double scale);

void writeSubjects(const City& city, const std::filesystem::path& folder);     ///< companies.csv, persons.csv
void writeConnections(const City& city, const std::filesystem::path& folder);  ///< investments.csv, roles.csv
void writePenalties(const City& city, const std::filesystem::path& folder);    ///< penalties.csv
/// starts.csv: 1,000 active companies in four strata by the firms within three hops (../WORKLOADS.md).
void writeStarts(const City& city, const std::filesystem::path& folder);

}  // namespace xinpu::bench
