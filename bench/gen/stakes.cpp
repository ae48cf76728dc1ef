// bench/gen/stakes.cpp
// Who holds what of whom: first the planned stakes of hubs and holding groups, then for each company the rest
// of its shares, given to persons and a few companies.

#include <algorithm>
#include <cmath>

#include "bench/gen/city.h"
#include "bench/gen/day.h"
#include "bench/gen/random.h"

namespace xinpu::bench {
namespace {

constexpr std::uint32_t kWhole = 10000;  // 100 % in hundredths of a percent
constexpr std::uint32_t kGroupSizeMax = 2500;
constexpr std::uint8_t kGroupDepthMax = 7;  // below the top: 8 levels

// Hubs and groups are planned over slots, which are then scattered over the companies.
struct PlannedStake {
    std::uint32_t slot;
    std::uint32_t holder_slot;
    std::uint32_t share_bp;
};

class StakeMaker {
public:
    StakeMaker(City& city, double scale)
        : city_(city), random_(city.seed, 2), companies_(city.sizes.companies),
          step_(coprimeStep(companies_)),
          hubs_(static_cast<std::uint32_t>(std::max(2.0, std::round(2 + 12 * scale)))) {}

    void make() {
        planHubs();
        planGroups();
        std::stable_sort(planned_.begin(), planned_.end(),
                         [](const PlannedStake& a, const PlannedStake& b) { return a.slot < b.slot; });
        std::size_t next = 0;
        for (std::uint32_t slot = 0; slot < companies_; ++slot) {
            beginCompany(companyAt(slot));
            for (; next < planned_.size() && planned_[next].slot == slot; ++next) {
                if (planned_[next].holder_slot != slot) {
                    addHolder(companyAt(planned_[next].holder_slot),
                              std::min(left_bp_, planned_[next].share_bp));
                }
            }
            giveTheRest();
            addFormerHolders();
        }
    }

private:
    std::uint32_t companyAt(std::uint64_t slot) const {
        return static_cast<std::uint32_t>((slot * step_ + 17) % companies_);
    }

    void planHubs() {
        for (std::uint32_t hub = 0; hub < hubs_; ++hub) {
            const auto size =
                static_cast<std::uint32_t>(std::min(companies_ / 40.0, 7000.0 / (1 + 0.25 * hub)));
            for (std::uint32_t k = 0; k < size; ++k) {
                const std::uint32_t slot = hubs_ + random_.below32(companies_ - hubs_);
                const double u = random_.unit();
                planned_.push_back({slot, hub,
                                    u < 0.40   ? random_.basisPoints(50, 499)
                                    : u < 0.75 ? random_.basisPoints(500, 3000)
                                               : random_.basisPoints(5100, 10000)});
            }
        }
    }

    // Trees in the slots behind the hubs, up to about 18 % of all; sizes follow a power law.
    void planGroups() {
        const std::uint32_t end = hubs_ + static_cast<std::uint32_t>(companies_ * 0.18);
        for (std::uint32_t base = hubs_; base < end;) {
            auto size = static_cast<std::uint32_t>(2.0 / std::pow(1.0 - random_.unit(), 1 / 1.15));
            size = std::min({size, kGroupSizeMax, end - base});
            if (size < 2) {
                break;
            }
            planGroup(base, size);
            base += size;
        }
    }

    void planGroup(std::uint32_t base, std::uint32_t size) {
        depth_.assign(size, 0);
        parent_.assign(size, 0);
        const bool deep = random_.chance(0.5);
        for (std::uint32_t k = 1; k < size; ++k) {
            const bool chained = random_.chance(deep ? 0.55 : 0.15);
            std::uint32_t parent = chained ? k - 1 : static_cast<std::uint32_t>(random_.skewed(k, 2.0));
            while (depth_[parent] >= kGroupDepthMax) {
                parent = parent_[parent];
            }
            parent_[k] = parent;
            depth_[k] = static_cast<std::uint8_t>(depth_[parent] + 1);
            const bool major = random_.chance(0.75);
            const std::uint32_t share =
                major ? random_.basisPoints(5100, 10000) : random_.basisPoints(2000, 5000);
            planned_.push_back({base + k, base + parent, random_.chance(0.25) ? kWhole : share});
            if (random_.chance(0.03)) {  // cross-holding or cycle: a member holds a part of an earlier one
                const std::uint32_t up = random_.below32(k);
                planned_.push_back({base + up, base + k, random_.basisPoints(100, 2500)});
            } else if (k > 1 && random_.chance(0.08)) {  // a second holder from the same group
                const std::uint32_t other = random_.below32(k);
                planned_.push_back({base + k, base + other, random_.basisPoints(500, 4000)});
            }
        }
        if (random_.chance(0.04)) {
            const std::uint32_t hub = random_.below32(hubs_);
            planned_.push_back({base, hub, random_.basisPoints(1000, 9000)});
        }
    }

    void beginCompany(std::uint32_t company) {
        company_ = company;
        const double a = random_.unit();
        const double b = random_.unit();
        const double c = random_.unit();
        const auto yuan = static_cast<std::uint64_t>(std::exp(11.5 + 3.0 * (a + b + c - 1.2)));
        capital_ = yuan / 1000 * 100000;  // whole thousands of yuan, in hundredths
        left_bp_ = kWhole;
        holders_.clear();
    }

    std::uint32_t pickPerson() {
        const double u = random_.unit();
        if (u < 0.12 && !city_.stakes.empty()) {  // a partner from a recent company
            const std::size_t back = 1 + random_.below(std::min<std::size_t>(16, city_.stakes.size()));
            const std::uint32_t holder = city_.stakes[city_.stakes.size() - back].holder;
            if (holder >= city_.firstPerson()) {
                return holder;
            }
        }
        const std::uint32_t persons = city_.sizes.persons;
        if (u < 0.22) {  // a serial investor
            return city_.firstPerson() +
                   static_cast<std::uint32_t>((random_.skewed(persons, 2.2) * 7919 + 11) % persons);
        }
        return city_.firstPerson() + random_.below32(persons);
    }

    Stake newStake(std::uint32_t holder, std::uint32_t share_bp) const {
        return {holder,
                company_,
                share_bp,
                city_.founded[company_],
                city_.closed[company_],
                capital_ / 10000 * share_bp};
    }

    int daysOfLife() const {
        return std::max(2, std::min(city_.closed[company_], city_.today) - city_.founded[company_]);
    }

    void addHolder(std::uint32_t holder, std::uint32_t share_bp) {
        if (holder == company_ || share_bp == 0 ||
            std::find(holders_.begin(), holders_.end(), holder) != holders_.end()) {
            return;
        }
        holders_.push_back(holder);
        Stake stake = newStake(holder, share_bp);
        if (random_.chance(0.30)) {
            stake.valid_from += random_.between(0, daysOfLife() - 1);
        }
        if (stake.valid_to == kOpen) {
            const double u = random_.unit();
            if (u < 0.02) {  // ends later
                stake.valid_to = city_.today + random_.between(1, 900);
            } else if (u < 0.025) {  // not yet
                stake.valid_from = city_.today + random_.between(1, 120);
            } else if (u < 0.027) {  // ends exactly today: not valid
                stake.valid_to = city_.today;
            } else if (u < 0.029) {  // begins exactly today: valid
                stake.valid_from = city_.today;
            }
        }
        left_bp_ -= share_bp;
        city_.stakes.push_back(stake);
    }

    void addFormerHolder(std::uint32_t holder, std::uint32_t share_bp) {
        if (holder == company_) {
            return;
        }
        Stake stake = newStake(holder, share_bp);
        stake.valid_to = stake.valid_from + 1 + random_.between(0, daysOfLife() - 1);
        if (random_.chance(0.3)) {
            stake.valid_from += random_.between(0, stake.valid_to - stake.valid_from - 1);
        }
        city_.stakes.push_back(stake);
    }

    void giveTheRest() {
        const double u = random_.unit();
        int count = u < 0.60    ? 1
                    : u < 0.88  ? 2
                    : u < 0.95  ? 3
                    : u < 0.994 ? random_.between(4, 8)
                                : random_.between(10, 50);
        if (left_bp_ < 300) {
            count = 0;
        }
        for (int i = 0; i < count && left_bp_ > 0; ++i) {
            const std::uint32_t share = std::min(nextShare(i, count), left_bp_);
            const bool corporate = random_.chance(0.06);
            addHolder(corporate ? companyAt(random_.skewed(companies_, 2.2)) : pickPerson(), share);
        }
    }

    // The last takes what is left; many share nearly evenly; few take round parts.
    std::uint32_t nextShare(int i, int count) {
        if (i == count - 1) {
            return left_bp_;
        }
        if (count >= 10) {
            return std::max(10u, left_bp_ / static_cast<std::uint32_t>(count - i) *
                                     random_.basisPoints(3, 17) / 10);
        }
        return std::max(50u, left_bp_ / 100 * random_.basisPoints(25, 80) / 50 * 50);
    }

    void addFormerHolders() {
        if (!random_.chance(0.14)) {
            return;
        }
        for (int i = random_.between(1, 2); i > 0; --i) {
            const std::uint32_t share = random_.basisPoints(1, 20) * 500;
            addFormerHolder(pickPerson(), share);
        }
    }

    City& city_;
    Random random_;
    std::uint32_t companies_;
    std::uint64_t step_;
    std::uint32_t hubs_;
    std::vector<PlannedStake> planned_;
    std::vector<std::uint8_t> depth_;     // of the members of the group in hand
    std::vector<std::uint32_t> parent_;   // the same
    std::uint32_t company_ = 0;           // the company in hand, and what is known of it
    std::uint64_t capital_ = 0;           // hundredths of a yuan
    std::uint32_t left_bp_ = kWhole;      // shares that nobody has yet
    std::vector<std::uint32_t> holders_;  // present holders
};

}  // namespace

void makeStakes(City& city, double scale) {
    StakeMaker(city, scale).make();
}

}  // namespace xinpu::bench
