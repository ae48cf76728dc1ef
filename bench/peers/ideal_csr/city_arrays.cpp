// bench/peers/ideal_csr/city_arrays.cpp
// Builds the arrays: count, turn counts into ends, fill backwards.

#include "bench/peers/ideal_csr/city_arrays.h"

#include <algorithm>
#include <cstring>

#include "bench/peers/ideal_csr/csv.h"

namespace xinpu::bench {
namespace {

std::uint64_t hashOf(std::string_view key) {
    std::uint64_t a = 0;
    std::uint64_t b = 0;
    std::memcpy(&a, key.data() + key.size() - 16, 8);
    std::memcpy(&b, key.data() + key.size() - 8, 8);
    a ^= b * 0x9e3779b97f4a7c15ULL;
    a ^= a >> 31;
    a *= 0xbf58476d1ce4e5b9ULL;
    return a ^ (a >> 29);
}

void countsToEnds(std::vector<std::uint32_t>& counts) {
    std::uint32_t sum = 0;
    for (std::uint32_t& count : counts) {
        sum += count;
        count = sum;
    }
}

void loadKeys(CityArrays& city, const std::string& folder) {
    city.companies_text = readFile(folder + "/companies.csv");
    city.persons_text = readFile(folder + "/persons.csv");
    forEachRow(city.companies_text, [&](const Cells& cells) {
        city.keys.push_back(cells[0]);
        city.active_company.push_back(cells[2] == "company" && cells[3] == "active");
    });
    city.firms = city.nodes();
    forEachRow(city.persons_text, [&](const Cells& cells) { city.keys.push_back(cells[0]); });
    city.index.build(city.keys);
}

void loadStakes(CityArrays& city, const std::string& folder) {
    struct Stake {
        std::uint32_t holder, company;
        Neighbour entry;
    };
    std::vector<Stake> stakes;
    forEachRow(readFile(folder + "/investments.csv"), [&](const Cells& cells) {
        const auto share = static_cast<std::uint32_t>(parseHundredths(cells[3]));
        stakes.push_back({city.index.find(cells[0]),
                          city.index.find(cells[2]),
                          {0, share, parseDate(cells[5]), parseDate(cells[6])}});
    });
    city.stakes.offsets.assign(city.nodes() + 1, 0);
    city.holders.offsets.assign(city.nodes() + 1, 0);
    for (const Stake& stake : stakes) {
        ++city.stakes.offsets[stake.holder];
        ++city.stakes.offsets[stake.company];
        ++city.holders.offsets[stake.company];
    }
    countsToEnds(city.stakes.offsets);
    countsToEnds(city.holders.offsets);
    city.stakes.entries.resize(stakes.size() * 2);
    city.holders.entries.resize(stakes.size());
    for (const Stake& stake : stakes) {
        Neighbour entry = stake.entry;
        entry.node = stake.company;
        city.stakes.entries[--city.stakes.offsets[stake.holder]] = entry;
        entry.node = stake.holder;
        city.stakes.entries[--city.stakes.offsets[stake.company]] = entry;
        city.holders.entries[--city.holders.offsets[stake.company]] = entry;
    }
}

void loadPenalties(CityArrays& city, const std::string& folder) {
    struct Row {
        std::uint32_t firm;
        Penalty penalty;
    };
    std::vector<Row> rows;
    city.penalties_text = readFile(folder + "/penalties.csv");
    forEachRow(city.penalties_text, [&](const Cells& cells) {
        const auto document = static_cast<std::uint32_t>(city.documents.size());
        city.documents.push_back(cells[0]);
        rows.push_back(
            {city.index.find(cells[1]), {parseDate(cells[4]), document, parseHundredths(cells[6])}});
    });
    std::vector<std::uint32_t>& offsets = city.penalties.offsets;
    offsets.assign(city.firms + 1, 0);
    for (const Row& row : rows) {
        ++offsets[row.firm];
    }
    countsToEnds(offsets);
    city.penalties.entries.resize(rows.size());
    for (const Row& row : rows) {
        city.penalties.entries[--offsets[row.firm]] = row.penalty;
    }
    const LaterFirst before{&city};
    for (std::uint32_t firm = 0; firm < city.firms; ++firm) {
        std::sort(city.penalties.entries.begin() + offsets[firm],
                  city.penalties.entries.begin() + offsets[firm + 1], before);
    }
}

}  // namespace

void KeyIndex::build(const std::vector<std::string_view>& keys) {
    keys_ = &keys;
    std::size_t size = 16;
    while (size < keys.size() * 2) {
        size *= 2;
    }
    slots_.assign(size, kAbsent);
    mask_ = size - 1;
    for (std::uint32_t i = 0; i < keys.size(); ++i) {
        std::uint64_t slot = hashOf(keys[i]) & mask_;
        while (slots_[slot] != kAbsent) {
            slot = (slot + 1) & mask_;
        }
        slots_[slot] = i;
    }
}

std::uint32_t KeyIndex::find(std::string_view key) const noexcept {
    std::uint64_t slot = hashOf(key) & mask_;
    while (slots_[slot] != kAbsent && (*keys_)[slots_[slot]] != key) {
        slot = (slot + 1) & mask_;
    }
    return slots_[slot];
}

void load(CityArrays& city, const std::string& folder) {
    loadKeys(city, folder);
    loadStakes(city, folder);
    loadPenalties(city, folder);
}

}  // namespace xinpu::bench
