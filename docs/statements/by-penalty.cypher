// The same by penalty, with the distance of the firm: the rows of `xinpu related-violations`.
MATCH (c:Subject {uscc: $uscc})
CALL graph.related(c, {type: 'INVESTS_IN', weight: 'share', min: $minShare, hops: 3, on: $date}) YIELD node AS f, hops
MATCH (f:Subject)<-[:AGAINST]-(p:Penalty)-[:DECIDED_BY]->(a:Authority)
WHERE p.decidedOn IN WINDOW 3 YEARS ENDING 7 WORKING DAYS BEFORE $date
RETURN f.uscc AS uscc, f.name AS name, hops, p.docNo AS docNo, p.decidedOn AS decidedOn, p.domain AS domain,
       a.name AS authority, p.fine AS fine
ORDER BY decidedOn DESC, docNo, authority, uscc
