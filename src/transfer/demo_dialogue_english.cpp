#include "transfer/demo_language.hpp"

namespace parley::transfer::demo {

const std::string_view english_texts = R"texts(
language en|/en|150
place London|United Kingdom
place London|United Kingdom
place Edinburgh|United Kingdom
place Dublin|Ireland
place Amsterdam|Netherlands
place Stockholm|Sweden
place Lund|Sweden
place Copenhagen|Denmark
place Oslo|Norway
place New York|United States
place Toronto|Canada
place |United Kingdom
products the Vidda 2 tent|the Skare shell jacket|this pair of Rimfrost boots|the Fjällbris 45 backpack|the Snödriva sleeping bag|the Glöd stove|the Lav base layer|this pair of Duggregn rain trousers|the Isrosen down jacket|the Polstjärna headlamp
colors black|moss green|sea blue|rust red|yellow|grey
first James|Olivia|Noah|Emily|Liam|Priya|Grace|Mohammed|Siobhán|Jack|Chloe|Daniel|Aoife|Lucas|Mei
last Smith|O'Brien|Patel|Taylor|Wilson|MacDonald|Jensen|van Dijk|Khan|Brown|Nguyen|O’Connor
price €{count}9.00

greet Hi {name}, this is {agent} at Norrsken Outdoor. How can I help?
greet Hello! My name is {agent}, nice to meet you.
greet Hi there 👋 {agent} here.
wait One moment please, let me check.
wait Thanks! I'm looking into it now.
transfer My colleague {other} knows more about this. I'll hand you over.
take_over Hello, {agent} here. I have read what you wrote, no need to repeat anything.
thank Great, thank you!
thank Thanks {agent}, that was quick 🙏
thank Perfect, cheers.
thank ok thx
bye You're welcome. Happy trails! 🥾
bye Thanks for getting in touch, have a lovely day.
nudge Hello?
nudge Is anyone there?
nudge still waiting...
leave Please e-mail me at {email} when you're back.
leave No one here I guess. {email} is my address.
late Good morning! We were closed when you wrote; here is your answer.

# delivery
open Hi, where is my order {order}? It was due yesterday.
open Do you ship {product} to Ireland?
open The tracking for {order} hasn't moved for {count} days.
open How much is express delivery?
ask Could you confirm the e-mail address of the order?
ask Did the carrier send you a tracking number?
reply Sure: {email}
reply Yes, it's {tracking}.
reply No, nothing so far.
answer Your parcel {tracking} cleared customs this morning and should arrive by {date}.
answer It seems to be stuck at the depot. I'll send a replacement today, free of charge.
answer We do! Delivery takes {count} working days.
more Will I have to pay customs?|No, duties are included in the price you paid.
more Can I change the address?|Yes, tell me the new one and I'll update it before it leaves.
more Can it be left with a neighbour?|I've added a note for the driver.

# returns
open Hello, I'd like to return {product}. How does it work?
open I sent back {order} two weeks ago, still no refund.
open Can I swap {product} for {color}?
ask Is it unused, with the tags still on?
ask What's your order number?
reply Yes, only tried on indoors.
reply {order}
answer I've e-mailed a return label to {email}; drop the parcel at any pick-up point.
answer The refund of {price} has just been released. Please allow until {date}.
more Is the return free?|Exchanges are free. For refunds we deduct €4.90.
more How long do I have?|100 days from the day you got it.

# size
open Does {product} run small? I'm usually {size}.
open What size of {product} should I get? I'm 5'11" and 165 lb.
open Is {product} unisex?
ask Would you like room for a warm layer underneath?
ask How do you like it to fit?
reply Yes please, it's for winter.
reply Slim, I use it for running.
answer Then I'd go for {size}. Most customers find it true to size.
answer I'd take {size}; measurements are here: https://norrsken.example.com/en/size-guide
more Do you have {size} in stock?|Yes, {count} left in {color}.
more What if it doesn't fit?|You can exchange it free of charge within 100 days.

# billing
open I've been charged twice for {order}!
open My discount code doesn't work at checkout.
open Could I get a VAT invoice for {order}?
ask Did you pay by card or by invoice?
ask Which code are you using?
reply By card, on {date}.
reply FJELL20, the mail said "everything, no exceptions".
answer One of the two is only a reservation and will disappear in a few days.
answer I've applied it by hand, so the total is now {price}.
answer The invoice is on its way to {email}.
more Can I pay in {count} instalments?|Yes, choose "pay over time" at checkout.
more Are there any fees?|None at all.

# product
open Is {product} waterproof?
open When will {product} be back in {color}?
open Would {product} work for a week on the Kungsleden in September?
ask How many people is it for?
ask What temperatures do you expect?
reply Two adults and a very wet dog.
reply Around freezing at night.
answer It's rated to 10,000 mm, so yes, even in proper mountain weather.
answer The next delivery is due on {date}. Shall I e-mail you?
more Is it PFAS free?|Yes, everything we make has been since last year.
more How heavy is it?|1.{count} kg, all included.

# claim
open The zip on {product} broke after two weeks :(
open A seam of {product} has come apart, bought this spring.
ask Could you send a photo of the damage?
ask Do you still have the order number?
reply https://files.example.com/norrsken/{tracking}.jpg
reply {order}
answer That shouldn't happen. We'll send a new one and you keep yours until it arrives.
answer Our workshop will repair it for free. The label goes to {email}.
more How long does a repair take?|About two weeks at the moment.

# account
open I can't log in to my account.
open How do I unsubscribe from the newsletter?
ask Which e-mail address is it registered with?
reply {email}
answer I've sent a new link to {email}; it's valid for one hour.
answer Done, you're off the list. It can take a day to take effect.
more Can you delete my data?|Yes, under GDPR we do that within 30 days.
)texts";

}  // namespace parley::transfer::demo
