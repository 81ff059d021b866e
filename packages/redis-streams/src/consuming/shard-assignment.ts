/**
 * Which shards belong to a member of a group: balanced rendezvous hashing. Everybody computes the same from the same members, nobody has to
 * be asked, and when a member comes or goes few shards move.
 *
 * Rendezvous hashing (Thaler and Ravishankar, "Using name-based mappings to increase hit rates", 1998) gives each shard to the member with
 * the highest score for it. Here the pairs are taken by falling score, and a member that has its share gets no more, so that no two
 * members differ by more than one shard. With more members than shards some have none: they stand by.
 *
 * Cost: members x shards scores and one sort; both are few, and it runs when the members change.
 */
export function shardsOf(member: string, members: readonly string[], shards: number): readonly number[] {
  const ordered = [...members].sort(byText);
  const pairs: ScoredPair[] = [];
  for (const candidate of ordered)
    for (let shard = 0; shard < shards; shard += 1)
      pairs.push({ member: candidate, shard, score: scoreOf(candidate, shard) });
  pairs.sort((a, b) => b.score - a.score || a.shard - b.shard || byText(a.member, b.member));
  return assigned(pairs, { members: ordered.length, shards })
    .filter((pair) => pair.member === member)
    .map(({ shard }) => shard)
    .sort((a, b) => a - b);
}

interface ScoredPair {
  readonly member: string;
  readonly shard: number;
  readonly score: number;
}

/** Takes the pairs in their order. Every shard finds an owner: the shares add up to the number of shards. */
function assigned(pairs: readonly ScoredPair[], counts: { members: number; shards: number }): readonly ScoredPair[] {
  const share = Math.floor(counts.shards / Math.max(1, counts.members));
  let withOneMore = counts.shards % Math.max(1, counts.members);
  const loads = new Map<string, number>();
  const taken = new Set<number>();
  const result: ScoredPair[] = [];
  for (const pair of pairs) {
    const load = loads.get(pair.member) ?? 0;
    if (taken.has(pair.shard) || load > share || (load === share && withOneMore === 0)) continue;
    if (load === share) withOneMore -= 1;
    loads.set(pair.member, load + 1);
    taken.add(pair.shard);
    result.push(pair);
  }
  return result;
}

/** FNV-1a of the member and the shard, mixed by the finalizer of MurmurHash3: names that differ in one digit must not score alike. */
function scoreOf(member: string, shard: number): number {
  let hash = 0x81_1c_9d_c5 ^ shard;
  for (let i = 0; i < member.length; i += 1) hash = Math.imul(hash ^ member.charCodeAt(i), 0x01_00_01_93);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85_eb_ca_6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2_b2_ae_35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

function byText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
