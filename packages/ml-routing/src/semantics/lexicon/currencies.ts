/** Money that prices are usually written in, the most usual quote first. Earlier ones quote later ones: EUR/USD, BTC/EUR, BTC/USDT. */
export const QUOTE_RANK: readonly string[] = [
  ...words(
    'USD USDT USDC BUSD TUSD FDUSD HUSD DAI USDE PYUSD EUR GBP AUD NZD CAD CHF JPY KRW TRY BRL MXN ZAR SEK NOK DKK PLN SGD HKD CNH INR RUB UAH',
  ),
  ...words('BTC ETH BNB'),
];

/** How many of the quotes above are fiat money or pegged to it: alone in a query they are the quote. */
export const MONEY: ReadonlySet<string> = new Set(QUOTE_RANK.slice(0, -3));

/** Currencies whose ticker is known, beside the quotes. Catalogs add what they list. */
export const TICKERS: readonly string[] = words(
  'SOL XRP ADA DOGE AVAX DOT LINK MATIC POL LTC BCH ETC XLM XMR ZEC DASH EOS TRX ATOM NEAR ALGO FIL ICP APT ARB OP SUI SEI TIA INJ UNI AAVE MKR ' +
    'COMP CRV SNX YFI SUSHI GRT ENS LDO RUNE KSM SAND MANA AXS GALA CHZ BAT ZRX OMG ANKR FET OCEAN SKL LRC NKN BAND ENJ IOTA NEO QTUM ONT VET THETA ' +
    'HBAR FTM FLOW EGLD KAVA CELO ZIL ICX WAVES STX IMX PEPE SHIB WIF BONK FLOKI ORDI WLD JUP PYTH STRK DYDX GMX PENDLE TON KAS XTZ ALCX ' +
    'BLZ NANO ZKS STORJ REN KNC BAL 1INCH AUDIO CVC DIS XAU XAG PAXG',
);

/** Other spellings of tickers, and names. */
export const CURRENCY_ALIASES: Readonly<Record<string, readonly string[]>> = {
  BTC: ['xbt', 'bitcoin', 'bitcoins', 'xxbt'],
  ETH: ['ether', 'ethereum', 'xeth'],
  DOGE: ['xdg', 'dogecoin'],
  SOL: ['solana'],
  XRP: ['ripple', 'xxrp'],
  ADA: ['cardano'],
  AVAX: ['avalanche'],
  DOT: ['polkadot'],
  LINK: ['chainlink'],
  MATIC: ['polygon'],
  LTC: ['litecoin', 'xltc'],
  BCH: ['bitcoin cash', 'bcc'],
  ETC: ['ethereum classic'],
  XLM: ['stellar', 'lumens', 'str'],
  XMR: ['monero'],
  ZEC: ['zcash'],
  TRX: ['tron'],
  ATOM: ['cosmos'],
  ALGO: ['algorand'],
  FIL: ['filecoin'],
  UNI: ['uniswap'],
  SHIB: ['shiba', 'shiba inu'],
  XTZ: ['tezos'],
  IOTA: ['miota'],
  USD: ['dollar', 'dollars', 'us dollar', 'greenback', 'zusd'],
  USDT: ['tether'],
  USDC: ['usd coin'],
  EUR: ['euro', 'euros', 'zeur'],
  GBP: ['sterling', 'british pound', 'zgbp'],
  JPY: ['yen', 'japanese yen', 'zjpy'],
  CHF: ['swiss franc', 'francs'],
  AUD: ['aussie dollar', 'australian dollar'],
  CAD: ['canadian dollar'],
  KRW: ['korean won'],
  XAU: ['gold'],
  XAG: ['silver'],
};

/** Groups of quotes. */
export const QUOTE_GROUPS: Readonly<Record<string, readonly string[]>> = {
  stablecoin: words('USDT USDC BUSD TUSD FDUSD HUSD DAI USDE PYUSD'),
  stablecoins: words('USDT USDC BUSD TUSD FDUSD HUSD DAI USDE PYUSD'),
  stables: words('USDT USDC BUSD TUSD FDUSD HUSD DAI USDE PYUSD'),
  fiat: words('USD EUR GBP AUD NZD CAD CHF JPY KRW TRY BRL MXN ZAR SEK NOK DKK PLN SGD HKD CNH INR RUB UAH'),
};

function words(text: string): readonly string[] {
  return text.split(' ');
}
