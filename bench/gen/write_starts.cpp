// bench/gen/write_starts.cpp
// starts.csv: the companies that the questions are asked for, stratified by the size of their neighbourhood.

#include <algorithm>
#include <array>
#include <cstdio>
#include <vector>

#include "bench/gen/city.h"
#include "bench/gen/csv_writer.h"
#include "bench/gen/random.h"
#include "bench/gen/subject_code.h"

namespace xinpu::bench {
namespace {

constexpr std::uint32_t kMinShareBp = 500;
constexpr int kHops = 3;
constexpr std::size_t kStarts = 1000;
constexpr std::size_t kPerStratum = 250;
constexpr std::uint32_t kTriesMax = 400000;
constexpr std::array<const char*, 4> kStrata = {"small", "medium", "large", "hub"};

struct Start {
    std::uint32_t company;
    std::size_t firms;
};
using Strata = std::array<std::vector<Start>, kStrata.size()>;

// Counts the firms within three hops of valid stakes of at least 5 %, persons passed through.
class Neighbourhoods {
public:
    explicit Neighbourhoods(const City& city)
        : companies_(city.sizes.companies), seen_(companies_ + city.sizes.persons, 0),
          offsets_(seen_.size() + 2, 0) {
        const auto counts = [&](const Stake& stake) {
            return stake.share_bp >= kMinShareBp && stake.valid_from <= city.today &&
                   city.today < stake.valid_to;
        };
        for (const Stake& stake : city.stakes) {
            if (counts(stake)) {
                ++offsets_[stake.holder + 2];
                ++offsets_[stake.company + 2];
            }
        }
        for (std::size_t i = 2; i < offsets_.size(); ++i) {
            offsets_[i] += offsets_[i - 1];
        }
        // Filling moves offsets_[v + 1] from the begin of v to its end, which is the begin of v + 1.
        neighbours_.resize(offsets_.back());
        for (const Stake& stake : city.stakes) {
            if (counts(stake)) {
                neighbours_[offsets_[stake.holder + 1]++] = stake.company;
                neighbours_[offsets_[stake.company + 1]++] = stake.holder;
            }
        }
    }

    std::size_t firmsAround(std::uint32_t company) {
        ++round_;
        queue_.assign(1, company);
        seen_[company] = round_;
        std::size_t head = 0;
        std::size_t firms = 1;
        for (int hop = 0; hop < kHops; ++hop) {
            for (const std::size_t stop = queue_.size(); head < stop; ++head) {
                const std::uint32_t node = queue_[head];
                for (std::uint32_t k = offsets_[node]; k < offsets_[node + 1]; ++k) {
                    const std::uint32_t next = neighbours_[k];
                    if (seen_[next] != round_) {
                        seen_[next] = round_;
                        queue_.push_back(next);
                        firms += next < companies_;
                    }
                }
            }
        }
        return firms;
    }

private:
    std::uint32_t companies_;
    std::vector<std::uint32_t> seen_;  // by node: the last round that reached it
    std::vector<std::uint32_t> offsets_;
    std::vector<std::uint32_t> neighbours_;
    std::vector<std::uint32_t> queue_;
    std::uint32_t round_ = 0;
};

Strata collect(const City& city) {
    Strata strata;
    Neighbourhoods around(city);
    Random random(city.seed, 7);
    const std::uint32_t companies = city.sizes.companies;
    const std::uint64_t step = coprimeStep(std::max(companies, 4u));
    const std::uint32_t first = random.below32(companies);
    for (std::uint32_t i = 0; i < std::min(companies, kTriesMax); ++i) {
        const auto company = static_cast<std::uint32_t>((i * step + first) % companies);
        if (city.status[company] != Status::Active) {
            continue;
        }
        const std::size_t firms = around.firmsAround(company);
        std::vector<Start>& stratum = strata[firms <= 5 ? 0 : firms <= 50 ? 1 : firms <= 500 ? 2 : 3];
        if (stratum.size() < kStarts) {
            stratum.push_back({company, firms});
        }
        if (std::all_of(strata.begin(), strata.end(),
                        [](const auto& s) { return s.size() >= kPerStratum; })) {
            break;
        }
    }
    return strata;
}

// As even as can be: where a stratum is short, the others give more.
std::array<std::size_t, kStrata.size()> share(const Strata& strata) {
    std::array<std::size_t, kStrata.size()> take{};
    std::size_t total = 0;
    for (bool any = true; any && total < kStarts;) {
        any = false;
        for (std::size_t i = 0; i < strata.size() && total < kStarts; ++i) {
            if (take[i] < strata[i].size()) {
                ++take[i];
                ++total;
                any = true;
            }
        }
    }
    return take;
}

}  // namespace

void writeStarts(const City& city, const std::filesystem::path& folder) {
    const Strata strata = collect(city);
    const auto take = share(strata);
    CsvWriter csv(folder / "starts.csv", "uscc,stratum,firms");
    for (std::size_t i = 0; i < strata.size(); ++i) {
        for (std::size_t k = 0; k < take[i]; ++k) {
            const Start& start = strata[i][k];
            csv.text(makeSubjectCode('1', start.company).view()).comma().text(kStrata[i]).comma();
            csv.number(start.firms).endRow();
        }
    }
    std::fprintf(stderr, "starts: small %zu medium %zu large %zu hub %zu\n", take[0], take[1], take[2],
                 take[3]);
}

}  // namespace xinpu::bench
