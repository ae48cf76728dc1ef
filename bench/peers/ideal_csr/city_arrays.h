// bench/peers/ideal_csr/city_arrays.h
#pragma once
// The city as arrays in memory: the least that the questions of WORKLOADS.md can be answered from.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace xinpu::bench {

/// One end of a stake, with what a hop is filtered by inside: 16 bytes.
struct Neighbour {
    std::uint32_t node;
    std::uint32_t share_bp;
    int from, to;
};

struct Penalty {
    int date;
    std::uint32_t document;  ///< index in CityArrays::documents
    std::uint64_t fine;      ///< hundredths of a yuan
};

/// Open addressing over the keys of all nodes; ids only. Borrows the keys.
class KeyIndex {
public:
    static constexpr std::uint32_t kAbsent = UINT32_MAX;
    void build(const std::vector<std::string_view>& keys);
    std::uint32_t find(std::string_view key) const noexcept;

private:
    const std::vector<std::string_view>* keys_ = nullptr;
    std::vector<std::uint32_t> slots_;
    std::uint64_t mask_ = 0;
};

/// Compressed sparse rows: the entries of node v are [offsets[v], offsets[v + 1]).
template <typename Entry>
struct Rows {
    std::vector<std::uint32_t> offsets;
    std::vector<Entry> entries;
};

struct CityArrays {
    CityArrays() = default;
    CityArrays(const CityArrays&) = delete;  // views borrow the texts beside them
    CityArrays& operator=(const CityArrays&) = delete;

    std::uint32_t nodes() const noexcept { return static_cast<std::uint32_t>(keys.size()); }

    std::string companies_text, persons_text, penalties_text;
    std::vector<std::string_view> keys;  ///< firms (companies, individual businesses), then persons
    std::vector<char> active_company;    ///< by firm
    std::uint32_t firms = 0;
    KeyIndex index;
    Rows<Neighbour> stakes;   ///< both directions
    Rows<Neighbour> holders;  ///< who holds a stake of the node
    Rows<Penalty> penalties;  ///< by firm; latest first, then by document number
    std::vector<std::string_view> documents;
};

/// The order of penalties in every answer: date descending, then document number by bytes.
struct LaterFirst {
    const CityArrays* city;
    bool operator()(const Penalty& a, const Penalty& b) const {
        return a.date != b.date ? a.date > b.date : city->documents[a.document] < city->documents[b.document];
    }
};

/// Reads the CSV files of `folder`, roles left out: no question asks for them.
void load(CityArrays& city, const std::string& folder);

}  // namespace xinpu::bench
