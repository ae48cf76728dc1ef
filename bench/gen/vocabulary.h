// bench/gen/vocabulary.h
#pragma once
// The words of the city: surnames, parts of names, industries, the plan's 26 domains with their authorities.

#include <array>

namespace xinpu::bench {

constexpr const char* kSurnames[] = {"陈", "李", "黄", "张", "梁", "林", "刘", "王", "吴", "叶", "何", "罗",
                                     "卢", "谢", "莫", "周", "钟", "邓", "袁", "欧", "方", "郭", "尹", "翟"};
constexpr const char* kBrand[] = {"华", "鑫", "宏", "达", "盛", "瑞", "恒", "泰", "裕", "丰",
                                  "德", "信", "创", "新", "科", "联", "捷", "源", "博", "远",
                                  "安", "嘉", "美", "星", "天", "海", "正", "通", "金", "东",
                                  "铭", "锦", "亿", "康", "雅", "旭", "凯", "诚", "立", "和"};
struct Industry {
    const char* code;
    const char* word;
};
constexpr Industry kIndustries[] = {
    {"C17", "纺织"},     {"C18", "服装"},     {"C19", "鞋业"},   {"C20", "木业"},     {"C21", "家具"},
    {"C22", "纸品"},     {"C23", "印刷"},     {"C24", "玩具"},   {"C26", "化工"},     {"C29", "塑胶"},
    {"C33", "五金"},     {"C34", "机械"},     {"C35", "自动化"}, {"C38", "电器"},     {"C39", "电子"},
    {"C13", "食品"},     {"E47", "建筑工程"}, {"E50", "装饰"},   {"F51", "贸易"},     {"F52", "商贸"},
    {"G54", "运输"},     {"G58", "供应链"},   {"H61", "酒店"},   {"H62", "餐饮"},     {"I65", "科技"},
    {"K70", "房地产"},   {"L72", "投资"},     {"L71", "租赁"},   {"M75", "技术服务"}, {"N77", "环保"},
    {"O80", "汽车服务"}, {"Q84", "医疗"},     {"P83", "教育"},   {"A01", "农业"}};
struct Domain {
    const char* code;
    const char* organ;
    const char* document_prefix;
    int weight;  ///< how many of the penalties are of this domain, relative to the others
};
constexpr std::array<Domain, 26> kDomains = {
    {{"market-regulation", "东莞市市场监督管理局", "东市监罚", 200},
     {"transport", "东莞市交通运输局", "东交罚", 160},
     {"fire-rescue", "东莞市消防救援支队", "东消行罚", 110},
     {"environment", "东莞市生态环境局", "东环罚", 80},
     {"emergency", "东莞市应急管理局", "东应急罚", 60},
     {"urban-management", "东莞市城市管理和综合执法局", "东城综罚", 55},
     {"human-resources", "东莞市人力资源和社会保障局", "东人社罚", 50},
     {"health", "东莞市卫生健康局", "东卫罚", 40},
     {"comprehensive-enforcement", "东莞市综合行政执法局", "东综执罚", 40},
     {"housing-construction", "东莞市住房和城乡建设局", "东建罚", 35},
     {"public-security", "东莞市公安局", "东公罚", 30},
     {"natural-resources", "东莞市自然资源局", "东自然资罚", 22},
     {"tobacco", "东莞市烟草专卖局", "东烟罚", 20},
     {"water", "东莞市水务局", "东水罚", 14},
     {"agriculture", "东莞市农业农村局", "东农罚", 12},
     {"culture-tourism-sports", "东莞市文化广电旅游体育局", "东文罚", 10},
     {"housing-fund", "东莞市住房公积金管理中心", "东公积金罚", 8},
     {"forestry", "东莞市林业局", "东林罚", 6},
     {"education", "东莞市教育局", "东教罚", 5},
     {"development-reform", "东莞市发展和改革局", "东发改罚", 4},
     {"statistics", "东莞市统计局", "东统罚", 4},
     {"industry-it", "东莞市工业和信息化局", "东工信罚", 3},
     {"justice", "东莞市司法局", "东司罚", 3},
     {"civil-defence", "东莞市人民防空办公室", "东人防罚", 2},
     {"civil-affairs", "东莞市民政局", "东民罚", 2},
     {"finance", "东莞市财政局", "东财罚", 2}}};
constexpr const char* kPenaltyKinds[] = {"罚款",       "警告",       "没收违法所得", "责令停产停业",
                                         "暂扣许可证", "吊销许可证", "通报批评",     "其他"};

}  // namespace xinpu::bench
