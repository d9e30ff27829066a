package import FetchTypes
package func nothing() {}
